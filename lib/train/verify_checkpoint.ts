/**
 * Reads a file of a training's run whole, to find out whether it can be used.
 *
 * @module
 */
import { basename } from "node:path";
import type { WeightLimits } from "../files/limits.ts";
import { openStudent } from "../model/student_checkpoint.ts";
import { STATE_FILE } from "../run/run_folder.ts";
import { readRunState } from "./run_state.ts";

/**
 * Checks a student's checkpoint, or the state (by its name) of an unfinished run; a backend must be open.
 *
 * @param limits What a checkpoint may ask for.
 * @throws As {@linkcode openStudent} and {@linkcode readRunState} do when the file is damaged.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function verifyCheckpoint(path: string, limits: WeightLimits = {}): Promise<void> {
  if (basename(path) !== STATE_FILE) {
    (await openStudent(path, limits)).student.dispose();
  } else if (!await readRunState(path)) {
    throw new Deno.errors.NotFound(`Cannot verify: ${path} is missing`);
  }
}
