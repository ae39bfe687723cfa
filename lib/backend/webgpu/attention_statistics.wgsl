// The statistics of `attention.wgsl` alone, for 32 queries of one head: no values are mixed.
//
// Bindings: qkv [B, T, 3·D], statistics [B, H, T] of pairs.

@group(0) @binding(1) var<storage, read_write> statistics: array<vec2f>;

fn writeStatistics(row: u32, pair: vec2f) {
  if (row < numTokens) {
    statistics[(batch * numHeads + head) * numTokens + row] = pair;
  }
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) localIndex: u32) {
  enter(localIndex);
  batch = group.z;
  head = group.y;
  let firstRow = group.x * tileRows;
  var largest = vec4f(beyond); // of this thread's columns, as are the sums
  var sums = vec4f(0.0);
  for (var firstKey = 0u; firstKey < numTokens; firstKey += tileColumns) {
    let scores = scoresOf(firstRow, firstKey);
    let newLargest = max(largest, rowMaxima(scores));
    sums = sums * exp(largest - newLargest) + totals(exponentials(scores, newLargest));
    largest = newLargest;
  }
  let rowLargest = largestOfRows(largest);
  let reciprocals = vec4f(1.0) / sumOverRows(sums * exp(largest - rowLargest));
  if (columnQuad == 0u) {
    let row = firstRow + 4u * rowQuad;
    writeStatistics(row, vec2f(rowLargest.x, reciprocals.x));
    writeStatistics(row + 1u, vec2f(rowLargest.y, reciprocals.y));
    writeStatistics(row + 2u, vec2f(rowLargest.z, reciprocals.z));
    writeStatistics(row + 3u, vec2f(rowLargest.w, reciprocals.w));
  }
}
