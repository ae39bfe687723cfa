/**
 * The task that writes things for others to use, and its options.
 *
 * @module
 */
import { z } from "zod";
import { withoutDefaults } from "./option.ts";
import * as groups from "./options.ts";
import type { OptionsOf } from "./task.ts";

/** `deno task export`. */
export const exportTask = {
  name: "export",
  description: "Writes a student, or the cached maps, in the formats of other programs.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...groups.weightLimitOptions,
    ...groups.cacheOptions,
    ...withoutDefaults(groups.runOptions, { unset: "the newest run" }),
    ...groups.checkpointOptions,
    ...groups.foreignStudentOptions,
    evaluationDir: groups.reportOptions.evaluationDir,
    ...groups.exportOptions,
    ...groups.overwriteOptions,
  }),
};

/** What `export` is told. */
export type ExportOptions = OptionsOf<typeof exportTask>;
