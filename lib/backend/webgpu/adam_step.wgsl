struct Parameters {
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
  stepSize: f32,
  secondScale: f32,
}

@group(0) @binding(0) var<storage, read> parameter: array<Element>;
@group(0) @binding(1) var<storage, read> gradient: array<Element>;
@group(0) @binding(2) var<storage, read> first: array<Element>;
@group(0) @binding(3) var<storage, read> second: array<Element>;
@group(0) @binding(4) var<storage, read_write> newParameter: array<Element>;
@group(0) @binding(5) var<storage, read_write> newFirst: array<Element>;
@group(0) @binding(6) var<storage, read_write> newSecond: array<Element>;
@group(0) @binding(7) var<uniform> adam: Parameters;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * 256u + thread;
  if (i < arrayLength(&newParameter)) {
    let slope = gradient[i];
    let m = adam.beta1 * first[i] + adam.oneMinusBeta1 * slope;
    let v = adam.beta2 * second[i] + adam.oneMinusBeta2 * slope * slope;
    newFirst[i] = m;
    newSecond[i] = v;
    newParameter[i] = parameter[i] - adam.stepSize * m / (sqrt(v) * adam.secondScale + adam.epsilon);
  }
}
