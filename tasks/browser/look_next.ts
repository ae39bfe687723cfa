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
  type RgbImage,
  type StudentCheckpoint,
} from "../../lib/browser/browser.ts";

/** A student's look at a photo. */
export interface NextLook {
  /** The crop that the map belongs to. */
  readonly photo: RgbImage;
  /** What the student saw of it. */
  readonly seen: RgbImage;
  /** Its map, divided by its maximum: float32 [gridHeight·gridWidth]. */
  readonly map: Float32Array;
  /** In the order in which they are to be taken; boxes are in pixels of `photo`. */
  readonly glimpses: readonly Glimpse[];
}

/** As many glimpses, and as large ones, as `deno task glimpses` chooses. */
const [count, size] = [5, 2];

/** Prepares a photo of any size, lets the student look at it, and chooses the next glimpses. */
export async function lookNext(photo: RgbImage, checkpoint: StudentCheckpoint): Promise<NextLook> {
  const { grid, view } = checkpoint.description;
  const crop = preprocessImage(photo, view);
  const { seen, map } = await lookAt(crop, checkpoint);
  const fitting = Math.min(size, ...grid);
  const glimpses = nextGlimpses(map, { grid, imageSize: view.imageSize, count, size: fitting });
  return { photo: crop, seen, map, glimpses };
}
