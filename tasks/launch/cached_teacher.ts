/**
 * What a cache says of its teacher, as far as it decides which files are needed; what is wrong with a cache is
 * for the task to say.
 *
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
import { MANIFEST_FILE } from "../../lib/cache/manifest.ts";
import { parseJson, readJsonText } from "../../lib/files/json.ts";
import { atCommit } from "../../lib/model/model_address.ts";
import { isCommit } from "../../lib/weights/hub/repository_cache.ts";
import type { NeededModel } from "./needs.ts";

const teacherSchema = z.looseObject({
  name: z.string(),
  args: z.record(z.string(), z.any()),
  commit: z.string().refine(isCommit).optional(),
});
const manifestSchema = z.looseObject({
  complete: z.boolean(),
  settings: z.looseObject({ teacher: teacherSchema }),
});

/** A cache's teacher, and whether every photo has its map. */
export interface CachedTeacher extends NeededModel {
  /** Whether the cache is complete. */
  readonly isComplete: boolean;
}

/** The teacher that made a cache; nothing where no cache says so. */
export async function cachedTeacher(rolloutDir: string): Promise<CachedTeacher | undefined> {
  try {
    const text = await readJsonText(join(rolloutDir, MANIFEST_FILE));
    const { complete, settings: { teacher: { name, args, commit } } } = parseJson(
      text,
      manifestSchema,
    );
    return { model: atCommit(name, commit), args, isComplete: complete };
  } catch {
    return undefined;
  }
}
