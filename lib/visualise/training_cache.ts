/**
 * Which cache a student was trained on, and so whose maps it learnt.
 *
 * @module
 */
import { z } from "zod";
import { type CacheSettings, cacheSettingsSchema } from "../cache/settings.ts";
import { parseJson } from "../files/json.ts";
import type { StudentCheckpoint } from "../model/student_checkpoint.ts";

/** The part of a checkpoint's `training` that matters here. */
const trainingSchema = z.looseObject({ cache: z.unknown() });

/**
 * Reads from a checkpoint's texts what the cache of its training was made with.
 *
 * @param path The checkpoint's file, for messages.
 * @returns Nothing where the checkpoint does not say.
 * @throws {SyntaxError} When what it says is damaged.
 */
export function trainingCacheOf(
  { metadata: { training } }: Pick<StudentCheckpoint, "metadata">,
  { path }: { path: string },
): CacheSettings | undefined {
  if (training === undefined) return undefined;
  try {
    const { cache } = parseJson(training, trainingSchema);
    return cache === undefined ? undefined : parseJson(JSON.stringify(cache), cacheSettingsSchema);
  } catch (error) {
    throw new SyntaxError(
      `Cannot read student: ${path} has damaged training options (${(error as Error).message}); ` +
        "expected a checkpoint that train wrote",
    );
  }
}
