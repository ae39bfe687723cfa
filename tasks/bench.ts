/**
 * `deno task bench`: images a second of the teacher, the rollout and the student.
 *
 * @module
 */
import { benchTask } from "../lib/config/task_schemas.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(benchTask, async (options, terminal) => {
  const { benchStage } = await import("./stages/bench_stage.ts");
  await startBackend(options.backend, terminal);
  return { rows: await benchStage(options, terminal) };
});
