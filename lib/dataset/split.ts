/**
 * Divides a data set into photos to train on and photos held out for evaluation.
 *
 * @module
 */
import { sha256Hex } from "../files/sha256.ts";

/** Bits of the hash that become a fraction: as many as a double holds, in whole hex digits. */
const FRACTION_BITS = 52;

/** The two parts of a data set, each in the order given. */
export interface ImageSplit {
  /** Paths of the photos to train on. */
  readonly training: string[];
  /** Paths of the photos to evaluate on. */
  readonly heldOut: string[];
}

/**
 * Whether a photo is held out: the first 52 bits of the SHA-256 of its path, as a fraction of 1,
 * lie below `share`.
 *
 * The answer depends on nothing but the path, so that it stays when photos are added or removed,
 * and a photo held out at one share is held out at every greater one.
 *
 * @param path Relative to the data set, with `/`.
 * @param share From 0 (none) to 1 (all).
 * @returns Whether no student trains on it.
 * @throws {RangeError} When the share is not between 0 and 1.
 */
export function isHeldOut(path: string, share: number): boolean {
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`Cannot hold photos out: share is ${share}, expected 0 to 1`);
  }
  const leadingBits = parseInt(sha256Hex(path).slice(0, FRACTION_BITS / 4), 16);
  return leadingBits / 2 ** FRACTION_BITS < share;
}

/**
 * Divides paths by {@linkcode isHeldOut}: about `share` of many are held out, of few perhaps none.
 *
 * @param paths Relative to the data set, with `/`.
 * @param holdout The share held out, in [0, 1).
 * @returns Both parts, in the order of `paths`.
 * @throws {RangeError} When the share is not between 0 and 1.
 */
export function splitImages(paths: readonly string[], share: number): ImageSplit {
  const split: ImageSplit = { training: [], heldOut: [] };
  for (const path of paths) (isHeldOut(path, share) ? split.heldOut : split.training).push(path);
  return split;
}
