/**
 * Reads photos that a user may have named, of which some may be no photos.
 *
 * @module
 */
import { escapeControls } from "../files/one_line.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { Photo } from "./choose_photos.ts";
import type { PhotoSource } from "./photo_source.ts";

/** A photo that is read. */
export interface CroppedPhoto extends Photo {
  /** What the teacher sees of it, prepared as the source does. */
  readonly crop: RgbImage;
}

/** A photo that could not be read. */
export interface UnreadablePhoto {
  /** What it is called. */
  readonly path: string;
  /** Why, in one line. */
  readonly reason: string;
}

/** Where photos come from, and who hears of those that are left out. */
export interface ReadPhotosOptions {
  /** Reads and prepares them. */
  readonly source: PhotoSource;
  /** What they are read for, for the message: `"visualise"`. */
  readonly purpose: string;
  /** Called for each photo that cannot be read. */
  readonly onSkip?: (photo: UnreadablePhoto) => void;
}

/**
 * Reads photos, leaving out those that cannot be read.
 *
 * @param photos At least one.
 * @returns Both kinds, in order.
 * @throws {Error} When none can be read.
 */
export async function readPhotos(
  photos: readonly Photo[],
  { source, purpose, onSkip }: ReadPhotosOptions,
): Promise<{ readable: CroppedPhoto[]; skipped: UnreadablePhoto[] }> {
  const results = await Promise.allSettled(
    photos.map(({ file, path, isInDataset }) =>
      isInDataset ? source.load(path) : source.decode(file)
    ),
  );
  const readable: CroppedPhoto[] = [];
  const skipped: UnreadablePhoto[] = [];
  for (const [place, result] of results.entries()) {
    const photo = photos[place];
    if (result.status === "fulfilled") {
      readable.push({ ...photo, crop: result.value });
    } else {
      const { message } = result.reason as Error;
      const reason = escapeControls(message.replaceAll(/\s+/g, " "));
      skipped.push({ path: photo.path, reason });
    }
  }
  if (readable.length === 0) {
    throw new Error(
      `Cannot ${purpose}: no photo can be read (${skipped[0].reason}); ` +
        "name others, or say with --dataset-path where they are",
    );
  }
  for (const photo of skipped) onSkip?.(photo);
  return { readable, skipped };
}
