/**
 * `deno task report`: one HTML page about a run that has been evaluated.
 *
 * @module
 */
import { reportTask } from "../lib/config/report_schemas.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(reportTask, async (options, terminal) => {
  const { reportStage } = await import("./stages/report_stage.ts");
  await startBackend(options, terminal);
  return await reportStage(options, terminal);
});
