/**
 * What each strategy makes of prepared photos: one entry each. Its options are in `lib/config/strategies.ts`.
 *
 * Shape letters: B batch, H height, W width.
 *
 * @module
 */
import type { Tensor4D } from "../backend/tensors.ts";
import type { Degradation } from "../config/degradation.ts";
import { type Strategy, strategyNames } from "../config/strategies.ts";
import type { Random } from "../random/random.ts";
import { downsize } from "./degrade.ts";
import { numVisibleOf, sampleVisiblePatches } from "./mask.ts";

/** What is degraded. */
export interface ViewSizes {
  /** Height and width of a prepared photo, in pixels. */
  readonly imageSize: readonly [height: number, width: number];
  /** Patches that the student makes of it. */
  readonly numPatches: number;
}

/** What a strategy does. */
export interface StrategyView<D> {
  /** Degrades float32 [B, H, W, 3] within a `tf.tidy`; to any size, for it is resized to the student's. */
  readonly degrade?: (images: Tensor4D, degradation: D) => Tensor4D;
  /** Draws the patches that enter the encoder, rising; without it all do. */
  readonly drawVisible?: (random: Random, degradation: D, sizes: ViewSizes) => Int32Array;
  /** Says in words what the student sees. */
  readonly describe: (degradation: D, sizes: ViewSizes) => string;
  /** What share of its unit the student gets, in (0, 1]. */
  readonly seenShare: (degradation: D, sizes: ViewSizes) => number;
  /** Why nothing would be left to see, naming the option. */
  readonly objection?: (degradation: D, sizes: ViewSizes) => string | undefined;
}

type ViewsByStrategy = { readonly [S in Strategy]: StrategyView<Degradation & { strategy: S }> };

const views: ViewsByStrategy = {
  DOWNSIZE: {
    degrade: (images, { factor }) => downsize(images, factor),
    describe: ({ factor }, { imageSize }) =>
      `${smallSize(imageSize, factor).join("×")} pixels of ${imageSize.join("×")}`,
    seenShare: ({ factor }, { imageSize }) => area(smallSize(imageSize, factor)) / area(imageSize),
    objection: ({ factor }, { imageSize }) =>
      factor <= Math.min(...imageSize)
        ? undefined
        : `--downsampling-factor is ${factor}, expected at most ${Math.min(...imageSize)}: ` +
          `the photos have ${imageSize.join("×")} pixels`,
  },
  MAE: {
    drawVisible: (random, { maskRatio }, { numPatches }) =>
      sampleVisiblePatches(random, { numPatches, maskRatio }),
    describe: ({ maskRatio }, { numPatches }) =>
      `${numVisibleOf({ numPatches, maskRatio })} of ${numPatches} patches`,
    seenShare: ({ maskRatio }, { numPatches }) =>
      numVisibleOf({ numPatches, maskRatio }) / numPatches,
    objection: ({ maskRatio }, { numPatches }) =>
      numPatches * (1 - maskRatio) >= 1
        ? undefined
        : `--mask-ratio is ${maskRatio}, which hides all of ${numPatches} patches, ` +
          `expected at most ${(1 - 1 / numPatches).toFixed(3)}`,
  },
};

/**
 * What a degradation's strategy does.
 *
 * @throws {RangeError} When there is no such strategy.
 */
export function strategyViewOf({ strategy }: Degradation): StrategyView<Degradation> {
  if (!Object.hasOwn(views, strategy)) {
    throw new RangeError(
      `Cannot degrade photos: strategy is ${strategy}, expected one of ${strategyNames.join(", ")}`,
    );
  }
  return views[strategy] as StrategyView<Degradation>;
}

function smallSize([height, width]: readonly [number, number], factor: number): [number, number] {
  return [Math.floor(height / factor), Math.floor(width / factor)];
}

function area([height, width]: readonly [number, number]): number {
  return height * width;
}
