/**
 * `deno task visualise`: photos, the maps of teacher and student, and what the student saw, as a picture.
 *
 * @module
 */
import { visualiseTask } from "../lib/config/task_schemas.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(visualiseTask, async (options, terminal) => {
  const { visualiseStage } = await import("./stages/visualise_stage.ts");
  await startBackend(options, terminal);
  return await visualiseStage(options, terminal);
});
