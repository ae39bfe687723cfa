// What the discarding leaves in each row of a matrix; one workgroup treats one matrix.

@group(0) @binding(0) var<storage, read> attention: array<f32>; // [matrices, T, T]
@group(0) @binding(1) var<storage, read> thresholds: array<f32>; // [matrices]
@group(0) @binding(2) var<storage, read_write> rowSums: array<f32>; // [matrices, T]

const lanes = 32u; // threads that sum one row
const rowsAtOnce = 8u;

var<workgroup> partialSums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let matrix = group.y * groups.x + group.x;
  if (matrix >= arrayLength(&thresholds)) {
    return;
  }
  let threshold = thresholds[matrix];
  let lane = thread % lanes;
  for (var firstRow = 0u; firstRow < numTokens; firstRow += rowsAtOnce) {
    let row = firstRow + thread / lanes;
    var sum = 0.0;
    if (row < numTokens) {
      for (var column = lane; column < numTokens; column += lanes) {
        let entry = row * numTokens + column;
        sum += kept(attention[matrix * numTokens * numTokens + entry], entry, threshold);
      }
    }
    partialSums[thread] = sum;
    for (var half = lanes / 2u; half > 0u; half /= 2u) {
      workgroupBarrier();
      if (lane < half) {
        partialSums[thread] += partialSums[thread + half];
      }
    }
    if (lane == 0u && row < numTokens) {
      rowSums[matrix * numTokens + row] = partialSums[thread];
    }
    workgroupBarrier();
  }
}
