/**
 * Matrix products on WebGPU, in the place of tfjs's own: those multiply 32 × 32 tiles of 4 × 4 numbers a
 * thread, which leaves a large GPU waiting for its memory, and where tiles are few they add with atomics,
 * in an order that changes from run to run.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { isHalf } from "../half_precision.ts";
import type { TensorInfo } from "../tensors.ts";
import { dispatch } from "./dispatch.ts";
import { declareFours } from "./fours.ts";
import source from "./mat_mul.wgsl" with { type: "text" };
import { type ProductSizes, tilingOf } from "./mat_mul_tiling.ts";
import { sumRows } from "./sum_rows.ts";
import type { KernelCall, WebGpuBackend } from "./webgpu_backend.ts";

/** tfjs's inputs of `BatchMatMul` and, with the optional ones, of `_FusedMatMul`. */
export interface MatMulInputs {
  /** float32, [..., rows, inner], or turned. */
  readonly a: TensorInfo;
  /** float32, [..., inner, columns], or turned. */
  readonly b: TensorInfo;
  /** float32, [columns]. */
  readonly bias?: TensorInfo;
  /** Weights of an activation. */
  readonly preluActivationWeights?: TensorInfo;
}

/** tfjs's attributes of both kernels. */
export interface MatMulAttributes {
  /** Whether a is [..., inner, rows]. */
  readonly transposeA?: boolean;
  /** Whether b is [..., columns, inner]. */
  readonly transposeB?: boolean;
  /** What is applied to the product. */
  readonly activation?: string;
}

/** tfjs's call of either kernel. */
export type MatMulCall = KernelCall<MatMulInputs, MatMulAttributes>;

/** A kernel for `BatchMatMul` or `_FusedMatMul`. */
export type MatMul = (call: MatMulCall) => TensorInfo;

/** A product that our program computes. */
interface Product extends ProductSizes, MatMulInputs {
  readonly turnsLeft: boolean;
  readonly turnsRight: boolean;
  readonly leftStride: number;
  readonly rightStride: number;
  readonly outputShape: number[];
}

/**
 * Makes the kernel that computes a·b, or a·b + bias, and leaves what it does not know (activations, other
 * types, unusual broadcasting) to tfjs's own kernel.
 */
export function matMulOr(original: MatMul): MatMul {
  return (call) => {
    const product = productOf(call);
    return product ? multiply(product, call.backend) : original(call);
  };
}

function productOf({ inputs, attrs }: MatMulCall): Product | undefined {
  const { a, b, bias } = inputs;
  const { transposeA = false, transposeB = false, activation = "linear" } = attrs;
  const [leftHeight, leftWidth] = a.shape.slice(-2);
  const [rightHeight, rightWidth] = b.shape.slice(-2);
  const [rows, inner] = transposeA ? [leftWidth, leftHeight] : [leftHeight, leftWidth];
  const columns = transposeB ? rightHeight : rightWidth;
  const [leftBatch, rightBatch] = [a, b].map(({ shape }) =>
    tf.util.sizeFromShape(shape.slice(0, -2))
  );
  const isKnown = [a, b, ...bias ? [bias] : []].every(({ dtype }) => dtype === "float32") &&
    activation === "linear" && !inputs.preluActivationWeights &&
    (!bias || tf.util.arraysEqual(bias.shape, [columns])) &&
    (leftBatch === rightBatch || leftBatch === 1 || rightBatch === 1) &&
    rows * inner * columns * leftBatch * rightBatch > 0;
  if (!isKnown) return undefined;
  const leading = tf.broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  return {
    a,
    b,
    bias,
    batch: Math.max(leftBatch, rightBatch),
    rows,
    inner,
    columns,
    turnsLeft: !transposeA, // the program reads the inner axis first
    turnsRight: transposeB,
    leftStride: leftBatch === 1 ? 0 : rows * inner,
    rightStride: rightBatch === 1 ? 0 : inner * columns,
    outputShape: [...leading, rows, columns],
  };
}

function multiply(product: Product, backend: WebGpuBackend): TensorInfo {
  const { a, b, bias, batch, rows, inner, columns, outputShape } = product;
  const { turnsLeft, turnsRight, leftStride, rightStride } = product;
  const { lanes, splits } = tilingOf(product, { mayBeSplit: batch === 1 && !bias });
  const alignedLeft = (turnsLeft ? inner : rows) % 4 === 0;
  const alignedRight = (turnsRight ? inner : columns) % 4 === 0;
  const alignedColumns = columns % 4 === 0;
  const inputs = bias ? [a, b, bias] : [a, b];
  const innerPerSplit = Math.ceil(inner / splits / 16) * 16; // whole slices
  const tile = 8 * lanes;
  const [c] = dispatch({
    name: "MatMul",
    sources: () => [
      declareFours("a", { binding: 0, aligned: alignedLeft }),
      declareFours("b", { binding: 1, aligned: alignedRight }),
      bias ? declareFours("bias", { binding: 2, aligned: alignedColumns }) : "",
      declareFours("c", { binding: inputs.length, aligned: alignedColumns, writable: true }),
      `fn biasOf(column: u32) -> vec4f {
        return ${bias ? "biasAt(column, sizes.columns - column)" : "vec4f(0.0)"};
      }`,
      `alias Staged = ${isHalf(backend.device) ? "vec4h" : "vec4f"};`,
      source,
    ],
    constants: {
      lanes,
      fetchesTwice: lanes === 8,
      turnsLeft,
      turnsRight,
      alignedLeft,
      alignedRight,
      alignedColumns,
      sizesBinding: inputs.length + 1,
    },
  }, {
    backend,
    inputs,
    outputs: [splits > 1 ? [splits, rows * columns] : outputShape],
    integers: [rows, inner, columns, leftStride, rightStride, splits, innerPerSplit],
    workgroups: [Math.ceil(columns / tile), Math.ceil(rows / tile), batch * splits],
  });
  if (splits === 1) return c;
  const sum = sumRows({ inputs: { matrix: c }, attrs: {}, backend });
  backend.disposeData(c.dataId);
  return { ...sum, shape: outputShape };
}
