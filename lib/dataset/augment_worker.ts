/**
 * The worker side of {@link AugmentPool}: moves one photo and its map a message.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import type { WorkerResponse } from "../threads/worker_pool.ts";
import { type AugmentedImage, augmentJointly, type MappedImage } from "./augment.ts";
import type { Augmentation } from "./augmentation.ts";

/** What the pool asks for. */
export interface AugmentRequest {
  /** The photo and its map. */
  readonly source: MappedImage;
  /** How they are to be moved and coloured. */
  readonly augmentation: Augmentation;
}

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data: { source, augmentation } }: MessageEvent<AugmentRequest>) => {
  try {
    const moved = augmentJointly(source, augmentation);
    self.postMessage(moved satisfies WorkerResponse<AugmentedImage>, [
      moved.image.buffer as ArrayBuffer,
      moved.map.buffer as ArrayBuffer,
    ]);
  } catch (error) {
    self.postMessage({ error: error as Error } satisfies WorkerResponse<AugmentedImage>);
  }
};
