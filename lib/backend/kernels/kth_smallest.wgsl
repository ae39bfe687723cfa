// Body of a tfjs program: tfjs declares `values`, `result`, `uniforms` and the local indices.
//
// One workgroup selects from one matrix. Four rounds, from the highest byte of the bit pattern to
// the lowest: count how often each value of this byte occurs among the entries that share the bytes
// already known, then walk the counts up to the bin that holds the wanted rank.

const numBins = 256u;

var<workgroup> histogram: array<atomic<u32>, numBins>;
var<workgroup> knownBits: u32; // the bytes found so far, right-aligned
var<workgroup> rank: u32; // from 1, among the entries that begin with knownBits

fn main(index: i32) {
  let matrix = index / i32(numBins);
  let matrixSize = uniforms.valuesShape[1];
  let start = matrix * matrixSize;
  if (localIndex == 0u) {
    knownBits = 0u;
    rank = u32(uniforms.k);
  }
  for (var byte = 0u; byte < 4u; byte++) {
    let shift = 24u - 8u * byte;
    atomicStore(&histogram[localIndex], 0u);
    workgroupBarrier();

    for (var i = i32(localIndex); i < matrixSize; i += i32(numBins)) {
      let bits = bitcast<u32>(values[start + i]);
      // Two shifts, because the first round would shift by all 32 bits, which WGSL does not allow.
      if ((bits >> shift) >> 8u == knownBits) {
        atomicAdd(&histogram[(bits >> shift) & 0xffu], 1u);
      }
    }
    workgroupBarrier();

    if (localIndex == 0u) {
      var bin = 0u;
      var count = atomicLoad(&histogram[bin]);
      while (rank > count) {
        rank -= count;
        bin++;
        count = atomicLoad(&histogram[bin]);
      }
      knownBits = (knownBits << 8u) | bin;
    }
    workgroupBarrier();
  }
  if (localIndex == 0u && matrix < uniforms.outShape) {
    result[matrix] = bitcast<f32>(knownBits);
  }
}
