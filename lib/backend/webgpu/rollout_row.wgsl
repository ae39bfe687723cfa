// Takes a row vector through layers, v ← v·a from the last of them to the first; one workgroup treats
// one image. With the row sums s of what is left of A, a_ij is (A_ij + δ_ij)/(s_i + 1) in the paper,
// which scales the vector before the product, and (A_ij + δ_ij)/(s_j + 1) in vit-explain, after it.

@group(0) @binding(0) var<storage, read> attention: array<f32>; // [layers, B, T, T]
@group(0) @binding(1) var<storage, read> thresholds: array<f32>; // [layers, B]
@group(0) @binding(2) var<storage, read> rowSums: array<f32>; // [layers, B, T]
@group(0) @binding(3) var<storage, read> before: array<f32>; // [B, T]
@group(0) @binding(4) var<storage, read_write> after: array<f32>; // [B, T]

const columnsAtOnce = 256u;
const rowLanes = threads / columnsAtOnce; // threads that share a column

var<workgroup> vector: array<f32, numTokens>;
var<workgroup> shares: array<f32, threads>;

/// This thread's share of the vector times a column.
fn product(matrix: u32, column: u32, firstRow: u32) -> f32 {
  let start = matrix * numTokens * numTokens;
  let threshold = thresholds[matrix];
  var sum = 0.0;
  for (var row = firstRow; row < numTokens; row += rowLanes) {
    let entry = row * numTokens + column;
    sum += vector[row] * kept(attention[start + entry], entry, threshold);
  }
  return sum;
}

/// Writes the vector times the layer's matrix to `after`.
fn step(matrix: u32, image: u32, thread: u32) {
  let lane = thread % columnsAtOnce;
  for (var firstColumn = 0u; firstColumn < numTokens; firstColumn += columnsAtOnce) {
    let column = firstColumn + lane;
    if (column < numTokens) {
      shares[thread] = product(matrix, column, thread / columnsAtOnce);
    }
    workgroupBarrier();
    if (thread < columnsAtOnce && column < numTokens) {
      var sum = vector[column];
      for (var i = 0u; i < rowLanes; i++) {
        sum += shares[i * columnsAtOnce + lane];
      }
      if (!scalesBefore) {
        sum /= rowSums[matrix * numTokens + column] + 1.0;
      }
      after[image * numTokens + column] = sum;
    }
    workgroupBarrier();
  }
}

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let image = group.x;
  let images = arrayLength(&after) / numTokens;
  for (var i = thread; i < numTokens; i += threads) {
    vector[i] = before[image * numTokens + i];
  }
  for (var layer = arrayLength(&thresholds) / images; layer > 0u; layer--) {
    let matrix = (layer - 1u) * images + image;
    if (scalesBefore) {
      for (var i = thread; i < numTokens; i += threads) {
        vector[i] /= rowSums[matrix * numTokens + i] + 1.0; // each thread's own: no barrier yet
      }
    }
    workgroupBarrier();
    step(matrix, image, thread);
    for (var i = thread; i < columnsAtOnce; i += threads) { // the threads that wrote `after`
      for (var column = i; column < numTokens; column += columnsAtOnce) {
        vector[column] = after[image * numTokens + column];
      }
    }
    workgroupBarrier();
  }
}
