/**
 * The worker side of {@link AugmentPool}: moves one photo a message, with or without its map.
 *
 * @module
 */
import type { RgbImage } from "../image/rgb_image.ts";
import { answerRequests } from "../threads/answer_requests.ts";
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

answerRequests<AugmentRequest, AugmentAnswer>(
  ({ source, augmentation }) =>
    "map" in source ? augmentJointly(source, augmentation) : paintAugmented(source, augmentation),
  { transfer: buffersOf },
);

/** What is handed over instead of copied. */
function buffersOf(answer: AugmentAnswer): ArrayBuffer[] {
  const arrays = "map" in answer ? [answer.image, answer.map] : [answer.data];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}
