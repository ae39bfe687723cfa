/**
 * How a cache knows its photos: by paths relative to the data set, with `/`, sorted by code units.
 *
 * @module
 */
import { isAbsolute } from "node:path";
import { sha256Hex } from "../files/sha256.ts";

/** A photo without a map. */
export interface SkippedPhoto {
  /** Relative to the data set, with `/`. */
  readonly path: string;
  /** Why it could not be decoded, in one line. */
  readonly reason: string;
}

/**
 * Whether a path stays inside the data set: relative, without empty, `.` or `..` segments, also where
 * `\` separates folders. What fails this is never joined to a folder and opened.
 */
export function isPhotoPath(path: string): boolean {
  if (isAbsolute(path) || path.includes("\0")) return false;
  return path.split(/[/\\]/).every((segment) => !["", ".", ".."].includes(segment));
}

/**
 * Makes sure that paths may become a cache's list of photos.
 *
 * @throws {RangeError} When the list is empty, or a path leaves the data set, or is not greater (by
 * code units) than the path before it.
 */
export function checkPhotoPaths(paths: readonly string[]): void {
  if (paths.length === 0) {
    throw new RangeError(
      "Cannot cache rollouts: the list of photos is empty, expected at least one",
    );
  }
  for (const [position, path] of paths.entries()) {
    if (!isPhotoPath(path)) {
      throw new RangeError(
        `Cannot cache rollouts: path is "${path}", expected one relative to the data set, with "/"`,
      );
    }
    if (position > 0 && path <= paths[position - 1]) {
      throw new RangeError(
        `Cannot cache rollouts: path "${path}" comes after "${paths[position - 1]}", ` +
          "expected each photo once, in sorted order",
      );
    }
  }
}

/** One SHA-256 for a list of paths: 64 hexadecimal digits that change with any path or its place. */
export function photoPathsSha256(paths: readonly string[]): string {
  return sha256Hex(JSON.stringify(paths));
}

/** The photos of one shard: those with a map, in the order of its rows, and those without. */
export interface ShardPhotos {
  /** The photo of each row. */
  readonly paths: readonly string[];
  /** The photos that could not be decoded. */
  readonly skipped: readonly SkippedPhoto[];
}

/** Whether each photo of a group is either in `paths` or in `skipped`, both in the group's order. */
export function accountsFor(group: readonly string[], { paths, skipped }: ShardPhotos): boolean {
  const skippedPaths = skipped.map(({ path }) => path);
  const without = new Set(skippedPaths);
  return isSameList(skippedPaths, group.filter((path) => without.has(path))) &&
    isSameList(paths, group.filter((path) => !without.has(path)));
}

/** Whether two lists hold the same paths in the same order. */
export function isSameList(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((path, place) => path === others[place]);
}
