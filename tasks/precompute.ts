/**
 * `deno task precompute`: the teacher looks at every photo once, its maps go into the cache.
 *
 * @module
 */
import type { CacheManifest } from "../lib/cache/manifest.ts";
import { type PrecomputeOptions, precomputeTask } from "../lib/config/task_schemas.ts";
import { environmentVariable } from "../lib/files/environment_variable.ts";
import { chooseWork } from "../lib/precompute/choose_work.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(precomputeTask, async (options, terminal) => {
  const work = chooseWork(options, environmentVariable);
  if (work.kind === "merge") {
    const { mergeStage } = await import("./stages/merge_stage.ts");
    return resultOf(await mergeStage(options, terminal), options);
  }
  if (work.kind === "part") {
    const { partStage } = await import("./stages/part_stage.ts");
    await startBackend(options, terminal);
    return await partStage({ ...options, part: work.part }, terminal);
  }
  if (work.kind === "repair") {
    const { repairStage } = await import("./stages/repair_stage.ts");
    const { manifest, repaired } = await repairStage(options, {
      terminal,
      startBackend: () => startBackend(options, terminal),
    });
    return { ...resultOf(manifest, options), repaired };
  }
  const { precomputeStage } = await import("./stages/precompute_stage.ts");
  await startBackend(options, terminal);
  return resultOf(await precomputeStage(options, terminal), options);
});

function resultOf(
  { mapCount, skipped, shards }: CacheManifest,
  { rolloutDir }: PrecomputeOptions,
) {
  return { rolloutDir, maps: mapCount, skipped, shards: shards.length };
}
