/**
 * Between timm's layout of a parameter and ours.
 *
 * @module
 */
import { float32Tensor, type HostTensor, toFloat32 } from "../weights/host_tensor.ts";
import { isLinearWeight } from "./parameters.ts";

/**
 * Turns a parameter from timm's layout to ours, so that every product has plain operands: linear weights
 * [out, in] → [in, out], the patch embedding OIHW → [H·W·I, O]; the others stay.
 */
export function fromTimmLayout(name: string, tensor: HostTensor): HostTensor {
  const { shape } = tensor;
  const data = toFloat32(tensor);
  if (isLinearWeight(name)) return transposed(data, [shape[0], shape[1]]);
  if (name !== "patchEmbed.weight") return float32Tensor([...shape], data);
  const [outputs, inputs, height, width] = shape;
  const rows = permutePatch(data, { outputs, from: [inputs, height * width] }); // [O, H·W·I]
  return transposed(rows, [outputs, inputs * height * width]);
}

/** The inverse of {@linkcode fromTimmLayout}; `shape` is the parameter's shape in timm's layout. */
export function toTimmLayout(
  name: string,
  { data, shape }: { data: Float32Array; shape: readonly number[] },
): HostTensor {
  if (isLinearWeight(name)) return transposed(data, [shape[1], shape[0]]);
  if (name !== "patchEmbed.weight") return float32Tensor([...shape], data);
  const [outputs, inputs, height, width] = shape;
  const rows = transposed(data, [inputs * height * width, outputs]).data as Float32Array;
  return float32Tensor(
    [...shape],
    permutePatch(rows, { outputs, from: [height * width, inputs] }),
  );
}

function transposed(data: Float32Array, [rows, columns]: [number, number]): HostTensor {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = data[row * columns + column];
    }
  }
  return float32Tensor([columns, rows], result);
}

/** Swaps the two axes within each output's patch: [O, a, b] → [O, b, a]. */
function permutePatch(
  data: Float32Array,
  { outputs, from: [rows, columns] }: { outputs: number; from: [number, number] },
): Float32Array {
  const size = rows * columns;
  const result = new Float32Array(data.length);
  for (let output = 0; output < outputs; output++) {
    const patch = data.subarray(output * size, (output + 1) * size);
    result.set(transposed(patch, [rows, columns]).data as Float32Array, output * size);
  }
  return result;
}
