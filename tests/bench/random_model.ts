/**
 * Models with random weights, made in seconds whatever their size.
 *
 * @module
 */
import type { ModelDescription } from "../../lib/model/model_config_file.ts";
import { describeModel } from "../../lib/model/model_source.ts";
import { isLinearWeight, parameterShapes } from "../../lib/model/parameters.ts";
import { variableOf } from "../../lib/model/state_dict.ts";
import { VisionTransformer } from "../../lib/model/vision_transformer.ts";
import type { VitConfig } from "../../lib/model/vit_config.ts";
import { float32Tensor } from "../../lib/weights/safetensors.ts";
import type { ModelArgs } from "../../lib/model/model_args.ts";

/** Which architecture to fill. */
export interface RandomModelSource {
  /** As `--teacher-model` names it. */
  readonly model: string;
  /** timm's `model_args`. */
  readonly args?: ModelArgs;
  /** Folder that keeps downloads. */
  readonly weightsDir?: string;
}

/** A model and what is known about it; the caller disposes the model. */
export interface RandomModel {
  /** The weights on the backend. */
  readonly model: VisionTransformer;
  /** The architecture and its preprocessing. */
  readonly description: ModelDescription;
}

/**
 * Makes a model whose attention is peaked: the initial weights of a training attend to everything alike, so
 * that rounding alone would decide which entries a rollout discards.
 */
export async function randomModel(source: RandomModelSource): Promise<RandomModel> {
  const description = await describeModel(source);
  return { model: fill(description.config), description };
}

function fill(config: VitConfig): VisionTransformer {
  const parameters = [...parameterShapes(config)].map(([name, shape], index) => {
    const values = uniform(shape.reduce((a, b) => a * b, 1), {
      ...rangeOf(name, shape),
      seed: index + 1,
    });
    return [name, variableOf(name, float32Tensor(shape, values))] as const;
  });
  return new VisionTransformer(config, new Map(parameters));
}

/** Activations keep a deviation of about one from layer to layer, attention's logits of about two. */
function rangeOf(name: string, shape: readonly number[]): { low: number; high: number } {
  if (/norm\d?\.weight$/.test(name)) return { low: 0.9, high: 1.1 };
  if (/\.ls[12]$/.test(name)) return { low: 0.2, high: 0.4 };
  const isMatrix = isLinearWeight(name) || name === "patchEmbed.weight";
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  const bound = isMatrix ? 1.4 * Math.sqrt(3 / fanIn) : 0.3;
  return { low: -bound, high: bound };
}

/**
 * Numbers spread evenly between two, the same for the same seed: Marsaglia's xorshift32 (2003), for
 * hundreds of millions of weights are wanted.
 */
export function uniform(
  length: number,
  { low, high, seed }: { low: number; high: number; seed: number },
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  const scale = (high - low) / 2 ** 32;
  let state = Math.imul(seed, 0x9e3779b1) | 1; // neighbouring seeds far apart, and never zero
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = low + (state >>> 0) * scale;
  }
  return values;
}
