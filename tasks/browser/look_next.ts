/**
 * What a student makes of a photo, and where it would look next.
 *
 * @module
 */
import {
  type Glimpse,
  lookAt,
  nextGlimpses,
  preprocessImage,
  type Preprocessing,
  type RgbImage,
  type StudentCheckpoint,
} from "../../lib/browser/browser.ts";

/** A student's look at a photo. */
export interface NextLook {
  /** The crop that the map belongs to, larger than what the student gets: for the eye. */
  readonly photo: RgbImage;
  /** What the student saw of it. */
  readonly seen: RgbImage;
  /** Its map, divided by its maximum: float32 [gridHeight·gridWidth]. */
  readonly map: Float32Array;
  /** In the order in which they are to be taken; boxes are in pixels of the crop that the student gets. */
  readonly glimpses: readonly Glimpse[];
}

/** As many glimpses, and as large ones, as `deno task glimpses` chooses. */
const [count, size] = [5, 2];

/** Pixels along the longer side of what is shown, at least. */
const SHARP = 720;

/** Prepares a photo of any size, lets the student look at it, and chooses the next glimpses. */
export async function lookNext(photo: RgbImage, checkpoint: StudentCheckpoint): Promise<NextLook> {
  const { grid, view } = checkpoint.description;
  const crop = preprocessImage(photo, view);
  const { seen, map } = await lookAt(crop, checkpoint);
  const fitting = Math.min(size, ...grid);
  const glimpses = nextGlimpses(map, { grid, imageSize: view.imageSize, count, size: fitting });
  return { photo: preprocessImage(photo, enlarged(view)), seen, map, glimpses };
}

/** Crops the same part of a photo to a multiple of the size. */
function enlarged(view: Preprocessing): Preprocessing {
  const [height, width] = view.imageSize;
  const scale = Math.ceil(SHARP / Math.max(height, width));
  return { ...view, imageSize: [height * scale, width * scale] };
}
