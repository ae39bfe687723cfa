/**
 * The student: a vision transformer and a projection to the teacher's grid.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { linear } from "../backend/kernels/linear.ts";
import type { Tensor2D, Tensor3D, Tensor4D, Variable } from "../backend/tensors.ts";
import type { VisionTransformer } from "./vision_transformer.ts";
import { outDimOf } from "./vit_config.ts";

// Shape letters: B batch, V visible patches, G = gridHeight·gridWidth of the teacher's map.

/** The linear layer from the base model's output to the map. */
export interface Projection {
  /** float32, [outDim, G]. */
  readonly weight: Variable;
  /** float32, [G]. */
  readonly bias: Variable;
}

/** Predicts a teacher's rollout map: σ(projection(base(image))), as in the original system. */
export class Student {
  /** The vision transformer in front of the projection. */
  readonly base: VisionTransformer;
  /** From the base model's output to the map. */
  readonly projection: Projection;
  /** The teacher's grid, whatever the base model's own. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];

  /**
   * Takes over the base model and the projection: {@linkcode Student.dispose} frees both.
   *
   * @throws {TypeError} When the projection does not lead from the base's output to the grid.
   */
  constructor(
    base: VisionTransformer,
    { projection, grid }: { projection: Projection; grid: readonly [number, number] },
  ) {
    const expected = [outDimOf(base.config), grid[0] * grid[1]];
    if (projection.weight.shape.join() !== expected.join()) {
      throw new TypeError(
        `Cannot build student: the projection's weight is [${projection.weight.shape}], expected [${expected}]`,
      );
    }
    this.base = base;
    this.projection = projection;
    this.grid = grid;
  }

  /** Every trainable parameter: the base's under `model.`, the projection's under `projection.`. */
  get parameters(): Map<string, Variable> {
    return new Map([
      ...[...this.base.parameters].map(([name, value]) => [`model.${name}`, value] as const),
      ...this.projectionParameters,
    ]);
  }

  /** How many numbers are trainable, base and projection. */
  get parameterCount(): number {
    return this.parameters.values().reduce((sum, { size }) => sum + size, 0);
  }

  /** The parameters of the projection alone, which the first phase trains. */
  get projectionParameters(): Map<string, Variable> {
    return new Map([
      ["projection.weight", this.projection.weight],
      ["projection.bias", this.projection.bias],
    ]);
  }

  /**
   * Predicts maps before the sigmoid.
   *
   * @param images float32, [B, height, width, 3], normalised, of the base model's size.
   * @param visible int32, [B, V]: the patches that enter the encoder; all when absent.
   * @returns float32, [B, G]; the caller disposes it.
   */
  logits(images: Tensor4D, visible?: Tensor2D): Tensor2D {
    return tf.tidy(() =>
      linear(this.base.forward(images, { visible, tokens: "class" }).logits, this.projection)
    ) as Tensor2D;
  }

  /**
   * Predicts maps in [0, 1].
   *
   * @returns float32, [B, gridHeight, gridWidth]; the caller disposes it.
   */
  predict(images: Tensor4D, visible?: Tensor2D): Tensor3D {
    return tf.tidy(() =>
      tf.sigmoid(this.logits(images, visible)).reshape([-1, ...this.grid])
    ) as Tensor3D;
  }

  /** Frees every parameter. */
  dispose(): void {
    this.base.dispose();
    this.projection.weight.dispose();
    this.projection.bias.dispose();
  }
}
