/**
 * Augmentations of one kind by itself.
 *
 * @module
 */
import type { Random } from "../random/random.ts";
import { type Augmentation, sampleAugmentation } from "./augmentation.ts";
import type { PictureSize } from "./homography.ts";

/** The kinds of change that an augmentation is made of, in the order of the steps, and all of them. */
export const augmentationKinds = [
  "horizontalFlip",
  "verticalFlip",
  "rotation",
  "perspective",
  "translation",
  "colour",
  "all",
] as const;

/** One kind of change, or all together. */
export type AugmentationKind = typeof augmentationKinds[number];

const nothing: Augmentation = {
  flipHorizontal: false,
  flipVertical: false,
  rotationDegrees: 0,
  perspective: null,
  colour: { order: [], brightness: 1, contrast: 1, saturation: 1, hue: 0 },
  translate: [0, 0],
};

const parts: Record<AugmentationKind, (drawn: Augmentation) => Partial<Augmentation>> = {
  horizontalFlip: () => ({ flipHorizontal: true }),
  verticalFlip: () => ({ flipVertical: true }),
  rotation: ({ rotationDegrees }) => ({ rotationDegrees }),
  perspective: ({ perspective }) => ({ perspective }),
  translation: ({ translate }) => ({ translate }),
  colour: ({ colour }) => ({ colour }),
  all: (drawn) => drawn,
};

/**
 * Draws an augmentation that changes a photo in one way alone: a flip flips, a perspective distorts, where
 * {@linkcode sampleAugmentation} does either half of the time; angles, corners, shifts and colours have its
 * distributions. `all` is what that draws.
 *
 * @param size The picture's sides, in pixels.
 */
export function sampleSingle(
  kind: AugmentationKind,
  { random, size }: { random: Random; size: PictureSize },
): Augmentation {
  for (;;) {
    const drawn = sampleAugmentation(random, size);
    if (kind === "perspective" && !drawn.perspective) continue;
    return { ...nothing, ...parts[kind](drawn) };
  }
}
