/**
 * `deno task export`: a student, or the cached maps, in the formats of other programs.
 *
 * @module
 */
import { exportTask } from "../lib/config/export_schema.ts";
import { studentFormatsOf } from "./stages/export_dir.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(exportTask, async (options, terminal) => {
  const { exportStage } = await import("./stages/export_stage.ts");
  if (studentFormatsOf(options.formats).length > 0) await startBackend(options, terminal);
  return await exportStage(options, terminal);
});
