/// <reference lib="dom" />
/**
 * From a file that a user chose to pixels.
 *
 * @module
 */
import { decodeImage, type RgbImage } from "../../lib/browser/browser.ts";

/** What the project's own decoders understand: they give the pixels that Deno gets, to the bit. */
const ownTypes = ["image/jpeg", "image/png", "image/gif"];

/**
 * Decodes a photo: upright, without alpha.
 *
 * @param file JPEG, PNG or GIF; whatever else the browser can show is decoded by the browser.
 * @throws {Error} When neither can.
 */
export async function decodePhoto(file: Blob, name: string): Promise<RgbImage> {
  if (ownTypes.includes(file.type)) {
    return await decodeImage(new Uint8Array(await file.arrayBuffer()), { name });
  }
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
