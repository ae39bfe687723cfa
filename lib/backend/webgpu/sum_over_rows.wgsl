// The sums of neighbouring columns: a workgroup's threads are `columnLanes` columns times
// 256 / columnLanes rows. Thread t has column t % columnLanes; the first `columnLanes` threads get the
// sums over all threads of their column, the others get part of one.

var<workgroup> partialColumns: array<Element, 256>;

fn sumOverRowLanes(value: Element, thread: u32) -> Element {
  workgroupBarrier(); // an earlier sum may still be being read
  partialColumns[thread] = value;
  for (var half = 128u; half >= columnLanes; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      partialColumns[thread] += partialColumns[thread + half];
    }
  }
  return partialColumns[thread];
}
