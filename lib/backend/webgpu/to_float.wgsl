@group(0) @binding(0) var<storage, read> whole: array<i32>;
@group(0) @binding(1) var<storage, read_write> real: array<f32>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * 256u + thread;
  if (i < arrayLength(&real)) {
    real[i] = f32(whole[i]);
  }
}
