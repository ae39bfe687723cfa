/**
 * Draws how one photo and its map are to be moved and coloured.
 *
 * @module
 */
import type { Random } from "../random/random.ts";
import type { ColourJitter } from "./colour_jitter.ts";
import type { PictureSize, Point, Quad } from "./homography.ts";

/** Rotations are uniform up to this many degrees either way. */
const MAX_DEGREES = 90;
/** Share of half a side that a corner may move by in perspective. */
const DISTORTION = 0.5;
/** Largest change of each colour property. */
const COLOUR_STRENGTH = 0.5;
/** Largest translation, in sides of the picture. */
const MAX_SHIFT = 0.1;

/** One drawn augmentation, explicit and free of pixels: it survives JSON. */
export interface Augmentation {
  /** Whether left and right change places. */
  readonly flipHorizontal: boolean;
  /** Whether top and bottom change places. */
  readonly flipVertical: boolean;
  /** Counter-clockwise as seen. */
  readonly rotationDegrees: number;
  /** Corners before and after, in sides of the picture; null for none. */
  readonly perspective: { readonly startpoints: Quad; readonly endpoints: Quad } | null;
  /** Changes of colour, for the photo alone. */
  readonly colour: ColourJitter;
  /** To the right and down, in sides of the picture. */
  readonly translate: readonly [dx: number, dy: number];
}

/**
 * Draws an augmentation: horizontal flip ½, vertical flip ½, rotation uniform in ±90°, perspective
 * (distortion ½, probability ½), colour jitter (all strengths ½, random order), translation up to
 * a tenth of the sides.
 *
 * The distributions are those of torchvision's RandomHorizontalFlip, RandomVerticalFlip,
 * RandomRotation, RandomPerspective, ColorJitter and RandomAffine; corners and translations fall on
 * whole pixels there and here.
 *
 * @param size The picture's sides, in pixels.
 * @returns What is to be done to one photo.
 */
export function sampleAugmentation(random: Random, size: PictureSize): Augmentation {
  return {
    flipHorizontal: random.chance(0.5),
    flipVertical: random.chance(0.5),
    rotationDegrees: random.uniform(-MAX_DEGREES, MAX_DEGREES),
    perspective: random.chance(0.5) ? samplePerspective(random, size) : null,
    colour: sampleColourJitter(random),
    translate: [sampleShift(random, size.width), sampleShift(random, size.height)],
  };
}

function samplePerspective(
  random: Random,
  { height, width }: PictureSize,
): { startpoints: Quad; endpoints: Quad } {
  const reachX = Math.floor(DISTORTION * Math.floor(width / 2));
  const reachY = Math.floor(DISTORTION * Math.floor(height / 2));
  const inSides = (x: number, y: number): Point => [x / width, y / height];
  const nearLow = (reach: number) => random.integer(0, reach + 1);
  const nearHigh = (reach: number, side: number) => random.integer(side - reach - 1, side);
  return {
    startpoints: [
      inSides(0, 0),
      inSides(width - 1, 0),
      inSides(width - 1, height - 1),
      inSides(0, height - 1),
    ],
    endpoints: [
      inSides(nearLow(reachX), nearLow(reachY)),
      inSides(nearHigh(reachX, width), nearLow(reachY)),
      inSides(nearHigh(reachX, width), nearHigh(reachY, height)),
      inSides(nearLow(reachX), nearHigh(reachY, height)),
    ],
  };
}

function sampleColourJitter(random: Random): ColourJitter {
  const factor = () => random.uniform(1 - COLOUR_STRENGTH, 1 + COLOUR_STRENGTH);
  const changes = ["brightness", "contrast", "saturation", "hue"] as const;
  return {
    order: Array.from(random.permutation(changes.length), (index) => changes[index]),
    brightness: factor(),
    contrast: factor(),
    saturation: factor(),
    hue: random.uniform(-COLOUR_STRENGTH, COLOUR_STRENGTH),
  };
}

function sampleShift(random: Random, side: number): number {
  const pixels = Math.round(random.uniform(-MAX_SHIFT * side, MAX_SHIFT * side));
  return pixels / side + 0; // not −0, which JSON cannot keep
}
