/**
 * The worker side of {@link DecodePool}: reads, decodes and preprocesses one photo a message.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { DEFAULT_MAX_PIXELS } from "../files/limits.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { decodeImage } from "./decode.ts";
import { maxPhotoBytes } from "./photo_header.ts";
import { preprocessImage, type Preprocessing } from "./preprocess.ts";
import type { RgbImage } from "./rgb_image.ts";
import type { WorkerResponse } from "../threads/worker_pool.ts";

/** What the pool asks for: one photo. */
export interface DecodeRequest {
  /** The photo's file. */
  readonly path: string;
  /** How the model wants it. */
  readonly preprocessing: Preprocessing;
  /** The most pixels to decode; {@linkcode DEFAULT_MAX_PIXELS} when not given. */
  readonly maxPixels?: number;
}

/** What the worker answers. */
export interface DecodedPhoto {
  /** The crop: a copy, since buffers that Deno hands over stay in memory for long (measured). */
  readonly image: RgbImage;
}

type Response = WorkerResponse<DecodedPhoto>;

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = async ({ data }: MessageEvent<DecodeRequest>) => {
  const { path, preprocessing, maxPixels = DEFAULT_MAX_PIXELS } = data;
  try {
    const photo = await decodeImage(await readPhoto(path, maxPixels), { name: path, maxPixels });
    const image = preprocessImage(photo, preprocessing);
    self.postMessage({ image } satisfies Response);
  } catch (error) {
    self.postMessage({ error: error as Error } satisfies Response);
  }
};

async function readPhoto(path: string, maxPixels: number): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, {
      maxBytes: maxPhotoBytes(maxPixels),
      remedy: `raise --max-pixels (${maxPixels}) if you trust the file`,
    });
  } catch (error) {
    const detail = (error as Error).message;
    if (detail.startsWith("Cannot read")) throw error; // it says everything
    throw new Error(
      `Cannot read image: ${path} is out of reach (${detail}), expected a file that may be read`,
    );
  }
}
