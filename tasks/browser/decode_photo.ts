/// <reference lib="dom" />
/**
 * From a file that a user chose to pixels.
 *
 * @module
 */
import { decodeImage, type RgbImage } from "../../lib/browser/browser.ts";

/**
 * Decodes a photo: upright, without alpha.
 *
 * @param file JPEG, PNG or GIF, whatever its name says: the project's own decoders give the pixels that Deno
 * gets, to the bit. Whatever else the browser can show is decoded by the browser.
 * @throws {Error} When the file is broken, too large or of a kind that neither knows.
 */
export async function decodePhoto(file: Blob, name: string): Promise<RgbImage> {
  try {
    return await decodeImage(new Uint8Array(await file.arrayBuffer()), { name });
  } catch (error) {
    if (error instanceof RangeError) throw new Error(`Cannot read ${name}: it has too many pixels`);
    if ((error as Error).cause) throw error; // of a kind that is known, but broken
    return await decodeInBrowser(file, name);
  }
}

async function decodeInBrowser(file: Blob, name: string): Promise<RgbImage> {
  try {
    using bitmap = disposable(await createImageBitmap(file));
    return pixelsOf(bitmap.image);
  } catch {
    throw new Error(`Cannot read ${name}: this browser knows no such picture`);
  }
}

function disposable(image: ImageBitmap) {
  return { image, [Symbol.dispose]: () => image.close() };
}

function pixelsOf(bitmap: ImageBitmap): RgbImage {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  const { data: rgba } = context.getImageData(0, 0, width, height);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return { width, height, data };
}
