/**
 * How a {@linkcode Preprocessing} is recognised in a file.
 *
 * @module
 */
import { z } from "zod";

/** Far beyond any model's input; a cached photo of that size takes 0.8 GB. */
const side = z.int().positive().max(16_384);
const rgb = z.tuple([z.number(), z.number(), z.number()]);

/** The fields for zod's `z.object`; parsing puts them in this order. */
export const preprocessingFields = {
  imageSize: z.tuple([side, side]),
  cropPct: z.number().positive(),
  interpolation: z.enum(["bicubic", "bilinear"]),
  cropMode: z.enum(["center", "squash"]),
  mean: rgb,
  std: rgb,
};
