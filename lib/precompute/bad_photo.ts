/**
 * What is said of a photo that cannot be decoded where every one is wanted.
 *
 * @module
 */
import type { SkippedPhoto } from "../cache/photos.ts";

/** The error that names the photo, why it is bad, and what helps. */
export function badPhoto({ path, reason }: SkippedPhoto, { remedy }: { remedy: string }): Error {
  return new Error(
    `Cannot precompute: ${path} is a bad photo (${reason}), expected every photo to be decodable; ` +
      `${remedy}, or go on without it by --on-bad-image=skip`,
  );
}
