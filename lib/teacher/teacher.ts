/**
 * The teacher: a vision transformer that says where it looks.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { HeadFusion } from "../backend/kernels/fuse_heads.ts";
import type { Tensor3D } from "../backend/tensors.ts";
import { rolloutOptions } from "../config/model_options.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { pixelTensor } from "../model/pixel_tensor.ts";
import type { VisionTransformer } from "../model/vision_transformer.ts";
import { numPrefixTokensOf } from "../model/vit_config.ts";
import { rollout } from "../rollout/rollout.ts";
import type { RolloutMode } from "../rollout/settings.ts";

// Shape letters: B batch, T tokens.

/** How a teacher's attention becomes a map. */
export interface TeacherRollout {
  /** How each layer's matrix is normalised. */
  readonly mode: RolloutMode;
  /** How the heads of a layer are merged. */
  readonly headFusion: HeadFusion;
  /** Share of each layer's smallest attentions that is dropped, in [0, 1]. */
  readonly discardRatio: number;
}

/** As the tasks roll out unless told otherwise: the paper's, of mean heads, 95 % of the attentions dropped. */
export const defaultRollout: TeacherRollout = {
  mode: rolloutOptions.rolloutMode.parse(undefined),
  headFusion: rolloutOptions.headFusion.parse(undefined),
  discardRatio: rolloutOptions.discardRatio.parse(undefined),
};

/** What makes rollout maps of prepared photos. */
export interface Teacher {
  /** How photos are prepared before {@linkcode Teacher.maps} sees them. */
  readonly preprocessing: Preprocessing;
  /** Height and width of a map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /**
   * Computes the rollout maps of a batch.
   *
   * @param images B photos, prepared.
   * @returns Raw maps, before division by their maximum: [B, gridHeight, gridWidth].
   */
  maps(images: readonly RgbImage[]): Promise<Float32Array>;
}

/**
 * Makes a teacher of a model that is loaded, which stays the caller's.
 *
 * @param model Pretrained, on the backend.
 * @param options.rollout How its attention becomes a map; {@linkcode defaultRollout} when not given.
 * @returns A teacher that works as long as the model is not disposed.
 */
export function createTeacher(
  model: VisionTransformer,
  { preprocessing, rollout: settings = defaultRollout }: {
    preprocessing: Preprocessing;
    rollout?: TeacherRollout;
  },
): Teacher {
  const maps = async (images: readonly RgbImage[]): Promise<Float32Array> => {
    const raw = tf.tidy(() => {
      const batch = pixelTensor(images.map(({ data }) => data), preprocessing);
      const fused = model.attentions(batch, settings.headFusion) as Tensor3D[]; // each [B, T, T]
      return rollout(fused, {
        mode: settings.mode,
        discardRatio: settings.discardRatio,
        numPrefixTokens: numPrefixTokensOf(model.config),
        grid: model.grid,
      });
    });
    const values = await raw.data<"float32">();
    raw.dispose();
    return values;
  };
  return { preprocessing, grid: model.grid, maps };
}
