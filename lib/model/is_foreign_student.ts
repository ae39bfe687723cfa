/**
 * Which files say themselves what student they are; the launcher asks, so that nothing here loads a backend.
 *
 * @module
 */
import type { WeightLimits } from "../files/limits.ts";
import { SafetensorsFile } from "../weights/safetensors_file.ts";
import { isTorchFile } from "../weights/torch/is_torch_file.ts";

/** Texts of which each checkpoint of this project carries all. */
const ownTexts = ["model", "student", "sha256"];

/**
 * Whether a student's file carries weights alone: PyTorch's own do; a safetensors file does, when it has none of
 * the texts of this project's, so that damage to one of them does not make a file pass for another kind.
 *
 * @throws {SyntaxError} When the file is damaged.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function isForeignStudent(path: string, limits: WeightLimits = {}): Promise<boolean> {
  if (isTorchFile(path)) return true;
  using file = await SafetensorsFile.open(path, limits);
  return !ownTexts.some((key) => key in file.metadata);
}
