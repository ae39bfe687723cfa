// One workgroup normalises one row of `width` elements.

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read> weight: array<Element>;
@group(0) @binding(2) var<storage, read> bias: array<Element>;
@group(0) @binding(3) var<storage, read_write> y: array<Element>;
@group(0) @binding(4) var<storage, read_write> means: array<f32>;
@group(0) @binding(5) var<storage, read_write> inverseDeviations: array<f32>;

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

  var sum = Element(0.0);
  for (var i = thread; i < width; i += 64u) {
    sum += x[start + i];
  }
  let mean = sumOverGroup(total(sum), thread) / channels;

  var squares = Element(0.0);
  for (var i = thread; i < width; i += 64u) {
    let centred = x[start + i] - mean;
    squares += centred * centred;
  }
  let variance = sumOverGroup(total(squares), thread) / channels;
  let inverseDeviation = 1.0 / sqrt(variance + epsilon);

  for (var i = thread; i < width; i += 64u) {
    y[start + i] = (x[start + i] - mean) * inverseDeviation * weight[i] + bias[i];
  }
  if (thread == 0u) {
    means[row] = mean;
    inverseDeviations[row] = inverseDeviation;
  }
}
