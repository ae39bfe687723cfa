/**
 * `deno task precompute`: the teacher looks at every photo once, its maps go into the cache.
 *
 * @module
 */
import { precomputeTask } from "../lib/config/task_schemas.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(precomputeTask, async (options, terminal) => {
  const { precomputeStage } = await import("./stages/precompute_stage.ts");
  await startBackend(options, terminal);
  const { mapCount, skipped, shards } = await precomputeStage(options, terminal);
  return { rolloutDir: options.rolloutDir, maps: mapCount, skipped, shards: shards.length };
});
