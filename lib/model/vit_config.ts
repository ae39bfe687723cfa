/**
 * What distinguishes one vision transformer from another.
 *
 * @module
 */

/** The architecture of a vision transformer, with timm's semantics. */
export interface VitConfig {
  /** Height and width of the input, in pixels. */
  readonly imageSize: readonly [height: number, width: number];
  /** Side of a square patch, in pixels. */
  readonly patchSize: number;
  /** Width of a token. */
  readonly embedDim: number;
  /** Number of blocks. */
  readonly depth: number;
  /** Attention heads of a block; they share `embedDim` evenly. */
  readonly numHeads: number;
  /** Width of the MLP's hidden layer, in multiples of `embedDim`. */
  readonly mlpRatio: number;
  /** Width of the classifier; 0 for a headless model, whose output is as wide as a token. */
  readonly numClasses: number;
  /** Whether queries, keys and values have a bias. */
  readonly qkvBias: boolean;
  /** DeiT's distillation token and second classifier (Touvron et al. 2021, arXiv:2012.12877). */
  readonly distilled: boolean;
  /** Register tokens after CLS (Darcet et al. 2023, arXiv:2309.16588). */
  readonly regTokens: number;
  /** DeiT-III: the position embedding covers the patches only (Touvron et al. 2022, arXiv:2204.07118). */
  readonly noEmbedClass: boolean;
  /** Initial LayerScale; `null` for a model without it (Touvron et al. 2021, arXiv:2103.17239). */
  readonly initValues: number | null;
}

/** The defaults of timm's `VisionTransformer`. */
export const defaultVitConfig: VitConfig = {
  imageSize: [224, 224],
  patchSize: 16,
  embedDim: 768,
  depth: 12,
  numHeads: 12,
  mlpRatio: 4,
  numClasses: 1000,
  qkvBias: true,
  distilled: false,
  regTokens: 0,
  noEmbedClass: false,
  initValues: null,
};

/** Rows and columns of patches; pixels beyond a whole patch are ignored, as in timm. */
export function gridOf(
  { imageSize, patchSize }: VitConfig,
): [gridHeight: number, gridWidth: number] {
  return [Math.floor(imageSize[0] / patchSize), Math.floor(imageSize[1] / patchSize)];
}

/** The number of patches, N = gridHeight·gridWidth. */
export function numPatchesOf(config: VitConfig): number {
  const [gridHeight, gridWidth] = gridOf(config);
  return gridHeight * gridWidth;
}

/** The tokens before the patches: CLS, then the distillation token or the registers. */
export function numPrefixTokensOf({ distilled, regTokens }: VitConfig): number {
  return 1 + (distilled ? 1 : 0) + regTokens;
}

/** The prefix tokens that have a row in the position embedding. */
export function numEmbeddedPrefixTokensOf(config: VitConfig): number {
  return config.noEmbedClass ? 0 : numPrefixTokensOf(config);
}

/** The width of the model's output: its logits, or a token of a headless model. */
export function outDimOf({ numClasses, embedDim }: VitConfig): number {
  return numClasses || embedDim;
}

/**
 * What no architecture goes beyond, so that a stranger's file cannot ask for a model that no memory holds.
 * ViT-22B (Dehghani et al. 2023, arXiv:2302.05442) has a width of 6144, 48 layers and heads, an MLP four times
 * as wide; ImageNet-21k has 21 843 classes.
 */
const most = {
  patchSize: 1024,
  embedDim: 65_536,
  depth: 1024,
  numHeads: 1024,
  mlpRatio: 64,
  numClasses: 1_000_000,
  regTokens: 1024,
} as const;

/** The longest side of a model's input, in pixels. */
const MOST_PIXELS = 16_384;

/**
 * Checks that an architecture can be built.
 *
 * @throws {RangeError} When a number is not a positive integer or beyond all bounds, the heads do not divide
 * the width, or no whole patch fits the image.
 */
export function checkVitConfig(config: VitConfig): void {
  const positive = ["patchSize", "embedDim", "depth", "numHeads"] as const;
  for (const key of positive) {
    if (!Number.isInteger(config[key]) || config[key] < 1) {
      throw new RangeError(`Cannot build model: ${key} is ${config[key]}, expected an integer ≥ 1`);
    }
  }
  for (const [key, value] of Object.entries(most)) {
    const actual = config[key as keyof typeof most];
    if (!(actual <= value)) {
      throw new RangeError(`Cannot build model: ${key} is ${actual}, expected at most ${value}`);
    }
  }
  if (config.embedDim % config.numHeads !== 0) {
    throw new RangeError(
      `Cannot build model: embedDim is ${config.embedDim}, expected a multiple of numHeads ${config.numHeads}`,
    );
  }
  if (!(Math.max(...config.imageSize) <= MOST_PIXELS)) {
    throw new RangeError(
      `Cannot build model: imageSize is ${
        config.imageSize.join("x")
      }, expected at most ${MOST_PIXELS}`,
    );
  }
  if (!(numPatchesOf(config) >= 1)) {
    throw new RangeError(
      `Cannot build model: imageSize is ${
        config.imageSize.join("x")
      }, expected at least one patch of ${config.patchSize}`,
    );
  }
}
