/**
 * `deno task glimpses`: where a student would look next in photos.
 *
 * @module
 */
import { glimpsesTask } from "../lib/config/task_schemas.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(glimpsesTask, async (options, terminal) => {
  const { glimpsesStage } = await import("./stages/glimpses_stage.ts");
  await startBackend(options, terminal);
  return await glimpsesStage(options, terminal);
});
