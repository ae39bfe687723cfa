/**
 * `deno task compare`: a grid of students, trained, scored and set side by side.
 *
 * @module
 */
import { compareTask } from "../lib/config/report_schemas.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(compareTask, async (options, terminal) => {
  const { compareStage } = await import("./stages/compare_stage.ts");
  await startBackend(options, terminal);
  const command = ["deno task compare", ...Deno.args].join(" ");
  return await compareStage(options, { terminal, command });
});
