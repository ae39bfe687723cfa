// The sum of a number over the 64 threads of a workgroup, which all get it.

var<workgroup> partialSums: array<f32, 64>;

fn sumOverGroup(value: f32, thread: u32) -> f32 {
  workgroupBarrier(); // an earlier sum may still be being read
  partialSums[thread] = value;
  for (var half = 32u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      partialSums[thread] += partialSums[thread + half];
    }
  }
  workgroupBarrier();
  return partialSums[0];
}
