/**
 * Augmentations from files.
 *
 * @module
 */
import { z } from "zod";
import { describeIssues } from "../files/json.ts";
import type { Augmentation } from "./augmentation.ts";

const point = z.tuple([z.number(), z.number()]);
const quad = z.tuple([point, point, point, point]);

const schema = z.strictObject({
  flipHorizontal: z.boolean(),
  flipVertical: z.boolean(),
  rotationDegrees: z.number(),
  perspective: z.strictObject({ startpoints: quad, endpoints: quad }).nullable(),
  colour: z.strictObject({
    order: z.array(z.enum(["brightness", "contrast", "saturation", "hue"])),
    brightness: z.number(),
    contrast: z.number(),
    saturation: z.number(),
    hue: z.number(),
  }),
  translate: point,
});

/**
 * Checks the parameters of an augmentation.
 *
 * @throws {SyntaxError} When they are no augmentation's; the message is the problem in one line.
 */
export function parseAugmentation(value: unknown): Augmentation {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new SyntaxError(describeIssues(result.error));
}
