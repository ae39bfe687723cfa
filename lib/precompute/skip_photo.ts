/**
 * What becomes of a photo that cannot be decoded.
 *
 * @module
 */
import { join } from "node:path";
import type { MissingShard } from "../cache/missing_shard.ts";
import type { SkippedPhoto } from "../cache/photos.ts";
import { escapeControls } from "../files/one_line.ts";
import { badPhoto } from "./bad_photo.ts";
import { requirePhotos } from "./require_photos.ts";

/** Where the photo is, and what to do about it. */
export interface SkipOptions extends Pick<MissingShard, "missing"> {
  /** The folder of photos. */
  readonly datasetPath: string;
  /** `skip` (the default) goes on without it, `fail` stops. */
  readonly onBadImage?: "skip" | "fail";
  /** Told of it when it is skipped. */
  readonly onSkip?: (photo: SkippedPhoto) => void;
}

/**
 * Skips a photo, unless every one is wanted.
 *
 * @returns It as the cache records it.
 * @throws {Error} When every photo is wanted, or it once had a map and now lacks pixels, or not this one
 * alone is out of reach.
 */
export async function skipPhoto(
  { item: path, error }: { readonly item: string; readonly error: Error },
  { datasetPath, onBadImage, onSkip, missing }: SkipOptions,
): Promise<SkippedPhoto> {
  if (!(error instanceof SyntaxError)) await requirePhotos(path, { datasetPath });
  // relative, so that a cache says the same wherever the data set lies
  const message = error.message.replaceAll(join(datasetPath, path), path);
  const reason = escapeControls(message.replaceAll(/\s+/g, " "));
  if (missing === "images") {
    throw new Error(
      `Cannot cache the pixels of ${path}: it is a bad photo (${reason}), expected what its map was made ` +
        "of; put that back, or make the cache anew with --overwrite",
    );
  }
  if (onBadImage === "fail") throw badPhoto({ path, reason }, { remedy: "mend it" });
  onSkip?.({ path, reason });
  return { path, reason };
}
