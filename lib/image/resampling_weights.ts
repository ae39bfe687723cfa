/**
 * The weights of antialiased resampling along one axis, as PIL and PyTorch (`antialias=True`) compute them.
 *
 * @module
 */

/** The filters: a cubic convolution (Keys 1981) with a = −½, or a triangle. */
export type Interpolation = "bicubic" | "bilinear";

/** For each output position, which inputs count and how much. */
export interface ResamplingWeights {
  /** The first input that output `i` of the part reads. */
  readonly first: Int32Array;
  /** How many inputs output `i` of the part reads. */
  readonly count: Int32Array;
  /** The weights, `stride` places an output, each output's summing to 1. */
  readonly weights: Float64Array;
  /** Places kept for an output in `weights`. */
  readonly stride: number;
}

const filters = {
  bilinear: { support: 1, weigh: triangle },
  bicubic: { support: 2, weigh: cubic },
};

/**
 * Weighs the inputs of each output; when shrinking, the filter is widened by the ratio (antialiasing).
 *
 * Output i looks at the place c = (i + ½) · s with s = inputSize / outputSize, and input j weighs
 * f((j + ½ − c) / max(s, 1)), divided by the sum over the j that exist.
 *
 * @param inputSize Samples along the axis before.
 * @param outputSize Samples along the axis after.
 * @param options `interpolation`: the filter f; `part`: the outputs wanted, all by default: a picture of one
 * row that is enlarged to a square has more of them than memory holds.
 */
export function resamplingWeights(
  inputSize: number,
  outputSize: number,
  { interpolation, part: { start, length } = { start: 0, length: outputSize } }: {
    interpolation: Interpolation;
    part?: { start: number; length: number };
  },
): ResamplingWeights {
  const { support, weigh } = filters[interpolation];
  const scale = inputSize / outputSize;
  const widening = Math.max(scale, 1);
  const reach = support * widening;
  const stride = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Float64Array(length * stride);
  for (let i = 0; i < length; i++) {
    const centre = (start + i + 0.5) * scale;
    first[i] = Math.max(Math.trunc(centre - reach + 0.5), 0);
    count[i] = Math.min(Math.trunc(centre + reach + 0.5), inputSize) - first[i];
    let sum = 0;
    for (let k = 0; k < count[i]; k++) {
      // Multiplied by the reciprocal, not divided, so that the last bit is PIL's too.
      const weight = weigh((k + first[i] - centre + 0.5) * (1 / widening));
      weights[i * stride + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < count[i]; k++) weights[i * stride + k] /= sum;
  }
  return { first, count, weights, stride };
}

function triangle(x: number): number {
  return Math.max(1 - Math.abs(x), 0);
}

function cubic(x: number): number {
  const a = -0.5;
  const distance = Math.abs(x);
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * a;
  return 0;
}
