/**
 * `deno task precompute`: the teacher looks at every photo once, its maps go into the cache.
 *
 * @module
 */
import { precomputeTask } from "../lib/config/task_schemas.ts";
import { downloadProgress, millions } from "./terminal/phrases.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

await runTask(precomputeTask, async (options, terminal) => {
  const { precomputeDataset } = await import("../lib/precompute/precompute_dataset.ts");
  await startBackend(options.backend, terminal);
  const { teacherModel, teacherArgs, weightsDir, rolloutMode, headFusion, discardRatio } = options;
  let bar: ReturnType<typeof terminal.progress> | undefined;
  const manifest = await precomputeDataset({
    ...options,
    source: {
      model: teacherModel,
      args: teacherArgs,
      weightsDir,
      onDownload: downloadProgress(terminal),
    },
    rollout: { mode: rolloutMode, headFusion, discardRatio },
    signal: terminal.signal,
    onTeacher: ({ parameters, grid }) =>
      terminal.say(
        `teacher ${teacherModel}: ${millions(parameters)} parameters, maps of ${grid.join("×")}`,
      ),
    onProgress: ({ done, total, skipped }) => {
      bar ??= terminal.progress("precompute", total, { from: done, unit: "images" });
      bar.update(skipped ? { done, skipped } : { done });
    },
    onSkip: ({ path, reason }) => terminal.warn(`skipped ${path}: ${reason}`),
  });
  const { mapCount, skipped, shards, settings } = manifest;
  terminal.print(
    `${mapCount} maps of ${settings.grid.join("×")} in ${shards.length} ` +
      `file${shards.length === 1 ? "" : "s"} under ${options.rolloutDir}` +
      (skipped.length ? `; ${skipped.length} photos skipped, listed in manifest.json` : ""),
  );
  return { rolloutDir: options.rolloutDir, maps: mapCount, skipped, shards: shards.length };
});
