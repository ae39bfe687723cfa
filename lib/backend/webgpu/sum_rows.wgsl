@group(0) @binding(0) var<storage, read> matrix: array<Element>;
@group(0) @binding(1) var<storage, read_write> sums: array<Element>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let columns = arrayLength(&sums);
  let rows = arrayLength(&matrix) / columns;
  let column = (group.y * groups.x + group.x) * columnLanes + thread % columnLanes;
  var sum = Element(0.0);
  if (column < columns) {
    for (var row = thread / columnLanes; row < rows; row += 256u / columnLanes) {
      sum += matrix[row * columns + column];
    }
  }
  sum = sumOverRowLanes(sum, thread);
  if (thread < columnLanes && column < columns) {
    sums[column] = sum;
  }
}
