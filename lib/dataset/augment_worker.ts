/**
 * The worker side of {@link AugmentPool}: moves one photo a message, with or without its map.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import type { RgbImage } from "../image/rgb_image.ts";
import type { WorkerResponse } from "../threads/worker_pool.ts";
import { type AugmentedImage, augmentJointly, type MappedImage } from "./augment.ts";
import type { Augmentation } from "./augmentation.ts";
import { paintAugmented } from "./view.ts";

/** What the pool asks for. */
export interface AugmentRequest {
  /** The photo and its map, or the photo alone. */
  readonly source: MappedImage | RgbImage;
  /** How they are to be moved and coloured. */
  readonly augmentation: Augmentation;
}

/** What the worker answers: photo and map, or the photo alone, in 8 bits. */
export type AugmentAnswer = AugmentedImage | RgbImage;

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data: { source, augmentation } }: MessageEvent<AugmentRequest>) => {
  try {
    const answer = "map" in source
      ? augmentJointly(source, augmentation)
      : paintAugmented(source, augmentation);
    self.postMessage(answer satisfies WorkerResponse<AugmentAnswer>, buffersOf(answer));
  } catch (error) {
    self.postMessage({ error: error as Error } satisfies WorkerResponse<AugmentAnswer>);
  }
};

/** What is handed over instead of copied. */
function buffersOf(answer: AugmentAnswer): ArrayBuffer[] {
  const arrays = "map" in answer ? [answer.image, answer.map] : [answer.data];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}
