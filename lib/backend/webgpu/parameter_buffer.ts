/**
 * Uniform buffers of a few numbers; most calls repeat the numbers of an earlier one and share its buffer.
 *
 * @module
 */

const parameterBuffers = new WeakMap<GPUDevice, Map<string, GPUBuffer>>();

/** More are in no forward and backward pass; those of a step that is over may go. */
const maxParameterBuffers = 1024;

/** Gives a buffer with these numbers, u32 and then f32, which is not to be destroyed. */
export function parameterBuffer(
  device: GPUDevice,
  { integers, reals }: { integers: readonly number[]; reals: readonly number[] },
): GPUBuffer {
  const known = parameterBuffers.get(device) ?? new Map<string, GPUBuffer>();
  parameterBuffers.set(device, known);
  const key = `${integers}|${reals}`;
  let buffer = known.get(key);
  if (!buffer) {
    const size = 4 * (integers.length + reals.length);
    buffer = device.createBuffer({ size, usage: GPUBufferUsage.UNIFORM, mappedAtCreation: true });
    const content = buffer.getMappedRange();
    new Uint32Array(content, 0, integers.length).set(integers);
    new Float32Array(content, 4 * integers.length).set(reals);
    buffer.unmap();
    if (known.size >= maxParameterBuffers) known.clear(); // commands hold on to what they use
    known.set(key, buffer);
  }
  return buffer;
}
