// dWeight = Σ dy·x̂ and dBias = Σ dy over the rows.

@group(0) @binding(0) var<storage, read> dy: array<Element>;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> means: array<f32>;
@group(0) @binding(3) var<storage, read> inverseDeviations: array<f32>;
@group(0) @binding(4) var<storage, read_write> dWeight: array<Element>;
@group(0) @binding(5) var<storage, read_write> dBias: array<Element>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let columns = arrayLength(&dWeight);
  let rows = arrayLength(&means);
  let column = group.x * columnLanes + thread % columnLanes;
  var sumWeight = Element(0.0);
  var sumBias = Element(0.0);
  if (column < columns) {
    for (var row = thread / columnLanes; row < rows; row += 256u / columnLanes) {
      let slope = dy[row * columns + column];
      let normalised = (x[row * columns + column] - means[row]) * inverseDeviations[row];
      sumWeight += slope * normalised;
      sumBias += slope;
    }
  }
  sumWeight = sumOverRowLanes(sumWeight, thread);
  sumBias = sumOverRowLanes(sumBias, thread);
  if (thread < columnLanes && column < columns) {
    dWeight[column] = sumWeight;
    dBias[column] = sumBias;
  }
}
