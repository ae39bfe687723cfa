/**
 * `deno task train`: a student learns the cached maps.
 *
 * @module
 */
import { trainTask } from "../lib/config/task_schemas.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(trainTask, async (options, terminal) => {
  const { trainStage } = await import("./stages/train_stage.ts");
  await startBackend(options, terminal);
  return await trainStage(options, terminal);
});
