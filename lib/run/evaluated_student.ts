/**
 * Whose scores an evaluation holds.
 *
 * @module
 */
import { resolve } from "node:path";
import { sha256OfFile } from "../files/sha256.ts";
import type { EvaluationFile } from "./evaluation_file.ts";

/**
 * Whether an evaluation is of a student's file, wherever that has moved to: its bytes decide, and the path where
 * the evaluation is older than the noting of bytes.
 *
 * @param checkpointPath The student's file.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function isEvaluationOf(
  { checkpoint, checkpointSha256 }: Pick<EvaluationFile, "checkpoint" | "checkpointSha256">,
  checkpointPath: string,
): Promise<boolean> {
  if (checkpointSha256 === undefined) return resolve(checkpoint) === resolve(checkpointPath);
  return checkpointSha256 === await sha256OfFile(checkpointPath);
}
