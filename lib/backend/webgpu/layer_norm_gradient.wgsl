// One workgroup computes dx of one row of `width` elements.

@group(0) @binding(0) var<storage, read> dy: array<Element>;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> weight: array<Element>;
@group(0) @binding(3) var<storage, read> means: array<f32>;
@group(0) @binding(4) var<storage, read> inverseDeviations: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<Element>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= arrayLength(&means)) {
    return;
  }
  let start = row * width;
  let channels = f32(width * components);
  let mean = means[row];
  let inverseDeviation = inverseDeviations[row];

  var sum = Element(0.0);
  var sumAlongRow = Element(0.0);
  for (var i = thread; i < width; i += 64u) {
    let g = dy[start + i] * weight[i];
    sum += g;
    sumAlongRow += g * (x[start + i] - mean);
  }
  let meanOfG = sumOverGroup(total(sum), thread) / channels;
  let meanAlongRow = sumOverGroup(total(sumAlongRow), thread) * inverseDeviation / channels;

  for (var i = thread; i < width; i += 64u) {
    let g = dy[start + i] * weight[i];
    let normalised = (x[start + i] - mean) * inverseDeviation;
    dx[start + i] = (g - meanOfG - normalised * meanAlongRow) * inverseDeviation;
  }
}
