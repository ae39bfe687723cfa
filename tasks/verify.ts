/**
 * `deno task verify`: whether a cache and checkpoints are whole, and what is in them.
 *
 * @module
 */
import { verifyTask } from "../lib/config/task_schemas.ts";
import { runTask } from "./terminal/run_task.ts";

await runTask(verifyTask, async (options, terminal) => {
  const { verifyStage } = await import("./stages/verify_stage.ts");
  return await verifyStage(options, terminal);
}, {
  failure: ({ problems, rolloutDir }) =>
    problems.length > 0
      ? `${
        problems.length === 1 ? "1 problem" : `${problems.length} problems`
      } found in ${rolloutDir} ` +
        "and checkpoints, the first: " +
        `${problems[0].file} ${problems[0].fault}; ${problems[0].remedy}`
      : undefined,
});
