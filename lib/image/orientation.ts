/**
 * Turns pictures the way the camera held them: the EXIF orientation tag.
 *
 * @module
 */
// This build carries no types; those of the package proper drag in all of Node's.
import exifr from "exifr/dist/full.esm.mjs";
import type { RgbImage } from "./rgb_image.ts";

/**
 * Reads the EXIF orientation (tag 0x0112).
 *
 * @param exif The EXIF block alone. From a whole PNG the parser would unpack texts and profiles, of which
 * a few megabytes may become gigabytes.
 * @returns 1…8; 1 (upright) when the block says nothing, or nothing that can be read.
 */
export async function readOrientation(exif: Uint8Array): Promise<number> {
  try {
    const orientation: number = await exifr.orientation(exif) ?? 1;
    return Number.isInteger(orientation) && orientation >= 1 && orientation <= 8 ? orientation : 1;
  } catch {
    return 1; // broken metadata does not make the pixels unusable
  }
}

/**
 * Turns and mirrors a picture as its EXIF orientation says.
 *
 * @param image The picture as stored.
 * @param orientation 1…8, the EXIF tag: which sides of the scene row 0 and column 0 show.
 * @returns The upright picture; the same object when it is upright already. 5…8 swap width and height.
 */
export function applyOrientation(image: RgbImage, orientation: number): RgbImage {
  if (orientation === 1) return image;
  const swapsAxes = orientation >= 5;
  const mirrorsX = [2, 3, 7, 8].includes(orientation);
  const mirrorsY = [3, 4, 6, 7].includes(orientation);
  const width = swapsAxes ? image.height : image.width;
  const height = swapsAxes ? image.width : image.height;
  const data = new Uint8Array(image.data.length);
  let target = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = swapsAxes ? y : x;
      const row = swapsAxes ? x : y;
      const sourceX = mirrorsX ? image.width - 1 - column : column;
      const sourceY = mirrorsY ? image.height - 1 - row : row;
      const source = (sourceY * image.width + sourceX) * 3;
      data[target++] = image.data[source];
      data[target++] = image.data[source + 1];
      data[target++] = image.data[source + 2];
    }
  }
  return { width, height, data };
}
