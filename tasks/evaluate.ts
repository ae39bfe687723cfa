/**
 * `deno task evaluate`: a student's score on the held-out photos, beside baselines.
 *
 * @module
 */
import { evaluateTask } from "../lib/config/task_schemas.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(evaluateTask, async (options, terminal) => {
  const { evaluateStage } = await import("./stages/evaluate_stage.ts");
  await startBackend(options, terminal);
  return await evaluateStage(options, terminal);
});
