/**
 * A student as one model: its projection within the classifier.
 *
 * @module
 */
import type { ModelDescription } from "../model/model_config_file.ts";
import { readStudent, type StudentDescription } from "../model/student_checkpoint.ts";
import type { Student } from "../model/student.ts";
import { float32Tensor, type HostTensor, toFloat32 } from "../weights/safetensors.ts";

// Shape letters: D embedDim, C classes of the base, G = gridHeight·gridWidth of the map.

/** What a student's file has before the keys of its base. */
const BASE = "model.";

/** A model whose logits are a student's, one a cell of the map. */
export interface FoldedStudent {
  /** Its architecture, the base's with G classes; its preprocessing crops photos as the view does. */
  readonly description: ModelDescription;
  /** Its weights under timm's keys and in timm's layout, float32. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
}

/**
 * Folds a student's projection into its base's classifier: P·(H·x + h) + p = (P·H)·x + (P·h + p). A distilled base
 * has two classifiers, of whose outputs the mean counts; each takes the projection. A headless base gets the
 * projection for its classifier.
 *
 * Sums are in float64, so that the folded weights are as exact as float32 holds.
 */
export async function foldProjection(
  student: Student,
  { model, view }: Pick<StudentDescription, "model" | "view">,
): Promise<FoldedStudent> {
  const { config } = student.base;
  const stored = await readStudent(student);
  const projection = {
    weight: stored.get("projection.weight")!,
    bias: stored.get("projection.bias")!,
  };
  const tensors = new Map(
    [...stored].filter(([key]) => key.startsWith(BASE))
      .map(([key, tensor]) => [key.slice(BASE.length), tensor]),
  );
  const heads = config.distilled ? ["head", "head_dist"] : ["head"];
  for (const head of heads) {
    const [weight, bias] = [`${head}.weight`, `${head}.bias`];
    const classifier = { weight: tensors.get(weight), bias: tensors.get(bias) };
    const folded = fold(projection, classifier);
    tensors.set(weight, folded.weight);
    tensors.set(bias, folded.bias);
  }
  const numClasses = student.grid[0] * student.grid[1];
  const { mean, std } = model.preprocessing;
  const preprocessing = { ...view, mean, std, imageSize: config.imageSize };
  return { description: { ...model, config: { ...config, numClasses }, preprocessing }, tensors };
}

interface Linear {
  /** float32, [out, in]. */
  readonly weight: HostTensor;
  /** float32, [out]. */
  readonly bias: HostTensor;
}

/** P·H [G, D] and P·h + p [G]; without a classifier P and p themselves. */
function fold(projection: Linear, { weight, bias }: Partial<Linear>): Linear {
  if (!weight || !bias) return projection;
  const [cells, classes] = projection.weight.shape;
  const product = multiply(projection.weight, weight);
  const shift = multiply(projection.weight, { ...bias, shape: [classes, 1] });
  const own = toFloat32(projection.bias);
  return {
    weight: float32Tensor([cells, weight.shape[1]], Float32Array.from(product)),
    bias: float32Tensor([cells], Float32Array.from(shift, (value, cell) => value + own[cell])),
  };
}

/** The product of two matrices in float64, row by row of the first. */
function multiply(a: HostTensor, b: HostTensor): Float64Array {
  const [[rows, inner], [, columns]] = [a.shape, b.shape];
  const [left, right] = [toFloat32(a), toFloat32(b)];
  const product = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const sums = product.subarray(row * columns, (row + 1) * columns);
    for (let k = 0; k < inner; k++) {
      const factor = left[row * inner + k];
      for (let column = 0; column < columns; column++) {
        sums[column] += factor * right[k * columns + column];
      }
    }
  }
  return product;
}
