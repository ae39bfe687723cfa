// softmax(q·kᵀ/√d)·v for 32 queries of one head (64 channels of it), key tile by key tile: when a larger
// score appears, what was summed so far shrinks (Milakov & Gimelshein 2018, arXiv:1805.02867;
// Dao et al. 2022, arXiv:2205.14135). The weights never leave the registers.
//
// Bindings: qkv [B, T, 3·D], mixed [B, T, D], statistics [B, H, T] of pairs: each row's largest score
// and the reciprocal of the sum of its exponentials.

@group(0) @binding(2) var<storage, read_write> statistics: array<vec2f>;

fn readMixed(token: u32, channel: u32) -> vec4f {
  if (isInside(token, channel)) {
    return qkvAt(qkvIndex(2u, token, channel), headWidth - channel);
  }
  return vec4f(0.0);
}

fn write(row: u32, channel: u32, four: vec4f) {
  if (isInside(row, channel)) {
    mixedPut(mixedIndex(row, channel), headWidth - channel, four);
  }
}

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
  let firstRow = (group.x / channelTiles) * tileRows;
  let firstChannel = (group.x % channelTiles) * tileColumns;
  var mixed = Block();
  var largest = vec4f(beyond);
  var sums = vec4f(0.0);
  for (var firstKey = 0u; firstKey < numTokens; firstKey += tileColumns) {
    let scores = scoresOf(firstRow, firstKey);
    let newLargest = max(largest, largestOfRows(rowMaxima(scores)));
    let shrunk = exp(largest - newLargest);
    let weights = exponentials(scores, newLargest);
    largest = newLargest;
    sums = sums * shrunk + totals(weights);
    mixed[0] *= shrunk.x;
    mixed[1] *= shrunk.y;
    mixed[2] *= shrunk.z;
    mixed[3] *= shrunk.w;
    mixTokens(&mixed, weights, firstKey, firstChannel);
  }
  let reciprocals = vec4f(1.0) / sumOverRows(sums);
  let row = firstRow + 4u * rowQuad;
  let channel = firstChannel + 4u * columnQuad;
  write(row, channel, mixed[0] * reciprocals.x);
  write(row + 1u, channel, mixed[1] * reciprocals.y);
  write(row + 2u, channel, mixed[2] * reciprocals.z);
  write(row + 3u, channel, mixed[3] * reciprocals.w);
  if (columnQuad == 0u && firstChannel == 0u) {
    writeStatistics(row, vec2f(largest.x, reciprocals.x));
    writeStatistics(row + 1u, vec2f(largest.y, reciprocals.y));
    writeStatistics(row + 2u, vec2f(largest.z, reciprocals.z));
    writeStatistics(row + 3u, vec2f(largest.w, reciprocals.w));
  }
}
