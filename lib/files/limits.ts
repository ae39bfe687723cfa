/**
 * What a stranger's file may ask for at most, where the user sets no other limit by a flag.
 *
 * @module
 */

/** A megabyte, as the safetensors format counts it. */
export const MEGABYTE = 1_000_000;

/**
 * Pixels of a photo: PIL's `Image.MAX_IMAGE_PIXELS`, a quarter of a gibibyte in RGB, beyond which it warns
 * of decompression bombs.
 */
export const DEFAULT_MAX_PIXELS = 89_478_485;

/** Header of a safetensors file in MB: the most that the format allows. */
export const DEFAULT_MAX_HEADER_MB = 100;

/** One tensor in memory, in MB: ten times the largest matrix of ViT-22B (Dehghani et al. 2023), float32. */
export const DEFAULT_MAX_TENSOR_MB = 8192;

/** Bytes of a JSON file that people or this program write: a million photos' paths are some hundred MB. */
export const MAX_JSON_BYTES = 2 ** 28;

/** A cache's file that is read whole: a tensor and a header as above. */
export const MAX_SHARD_BYTES = (DEFAULT_MAX_TENSOR_MB + DEFAULT_MAX_HEADER_MB) * MEGABYTE;

/** What files of weights may ask for. */
export interface WeightLimits {
  /** Header of a safetensors file, in MB; {@linkcode DEFAULT_MAX_HEADER_MB} when not given. */
  readonly maxHeaderMb?: number;
  /** Each tensor read into memory, in MB; {@linkcode DEFAULT_MAX_TENSOR_MB} when not given. */
  readonly maxTensorMb?: number;
}

/** The limits among other options. */
export function weightLimitsOf({ maxHeaderMb, maxTensorMb }: WeightLimits): WeightLimits {
  return { maxHeaderMb, maxTensorMb };
}
