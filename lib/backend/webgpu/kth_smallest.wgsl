// The k-th smallest of the non-negative numbers of each matrix; one workgroup treats one matrix.
//
// Their bit patterns, read as unsigned integers, are ordered as the numbers are: the wanted pattern is
// found digit by digit, from the highest, by counting how often each value of the digit occurs among the
// entries that share the digits already known.

@group(0) @binding(0) var<storage, read> values: array<f32>; // [matrices, size]
@group(0) @binding(1) var<storage, read_write> selected: array<f32>; // [matrices]
@group(0) @binding(2) var<uniform> k: u32;

const numBins = 2048u; // three digits of 11, 11 and 10 bits make up a number
const binsPerThread = numBins / 256u;

var<workgroup> histogram: array<atomic<u32>, numBins>;
var<workgroup> shares: array<u32, 256>; // how many entries each thread's bins hold
var<workgroup> knownBits: u32; // the digits found so far, right-aligned
var<workgroup> rank: u32; // from 1, among the entries that begin with knownBits

fn count(matrix: u32, thread: u32, shift: u32, width: u32) {
  for (var i = thread; i < numBins; i += 256u) {
    atomicStore(&histogram[i], 0u);
  }
  workgroupBarrier();
  let known = knownBits;
  let size = arrayLength(&values) / arrayLength(&selected);
  for (var i = thread; i < size; i += 256u) {
    let bits = bitcast<u32>(values[matrix * size + i]) >> shift;
    // The first round knows nothing: its shift by all of a number's digits leaves zero.
    if (bits >> width == known) {
      atomicAdd(&histogram[bits & ((1u << width) - 1u)], 1u);
    }
  }
  workgroupBarrier();
}

/// Adds the digit whose bin holds the rank, and makes the rank one among that bin's entries.
fn findDigit(thread: u32, width: u32) {
  var share = 0u;
  for (var i = 0u; i < binsPerThread; i++) {
    share += atomicLoad(&histogram[thread * binsPerThread + i]);
  }
  shares[thread] = share;
  workgroupBarrier();
  if (thread == 0u) {
    var left = rank;
    var owner = 0u;
    while (owner < 255u && left > shares[owner]) {
      left -= shares[owner];
      owner++;
    }
    var bin = owner * binsPerThread;
    var inBin = atomicLoad(&histogram[bin]);
    while (bin < numBins - 1u && left > inBin) {
      left -= inBin;
      bin++;
      inBin = atomicLoad(&histogram[bin]);
    }
    rank = left;
    knownBits = (knownBits << width) | bin;
  }
  workgroupBarrier();
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let matrix = group.y * groups.x + group.x;
  if (matrix >= arrayLength(&selected)) {
    return;
  }
  if (thread == 0u) {
    knownBits = 0u;
    rank = k;
  }
  count(matrix, thread, 21u, 11u);
  findDigit(thread, 11u);
  count(matrix, thread, 10u, 11u);
  findDigit(thread, 11u);
  count(matrix, thread, 0u, 10u);
  findDigit(thread, 10u);
  if (thread == 0u) {
    selected[matrix] = bitcast<f32>(knownBits);
  }
}
