/**
 * Checking a cache and checkpoints as a terminal shows it.
 *
 * @module
 */
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { type CacheProblem, type CacheReport, verifyCache } from "../../lib/cache/verify_cache.ts";
import type { VerifyOptions } from "../../lib/config/task_schemas.ts";
import { listImages } from "../../lib/dataset/image_folder.ts";
import { weightLimitsOf } from "../../lib/files/limits.ts";
import { newestRunIfAny, RunFolder, runsRoot } from "../../lib/run/run_folder.ts";
import { verifyCheckpoint } from "../../lib/train/verify_checkpoint.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { reportCache } from "./report_cache.ts";

/** What was found, for scripts. */
export interface VerifyStageResult {
  /** The cache's folder. */
  readonly rolloutDir: string;
  /** What is in the cache; nothing without a manifest that can be read. */
  readonly cache?: CacheReport["manifest"];
  /** Sizes of the cache's files, in bytes. */
  readonly bytes: CacheReport["bytes"];
  /** The checkpoints that were read. */
  readonly checkpoints: readonly string[];
  /** Everything that is wrong. */
  readonly problems: readonly CacheProblem[];
}

/** Checks a cache and checkpoints, and prints what is in them and each problem in a line of its own. */
export async function verifyStage(
  options: VerifyOptions,
  terminal: Terminal,
): Promise<VerifyStageResult> {
  const { rolloutDir } = options;
  const problems: CacheProblem[] = [];
  const report = (problem: CacheProblem) => void problems.push(problem);
  const { manifest, bytes, hasPhotos } = await checkCache(options, { report, terminal });
  const checkpoints = await checkpointsOf(options);
  await checkAll(checkpoints, { options, report, terminal });
  const compared = hasPhotos
    ? "are compared"
    : manifest?.complete
    ? "are none of them, and not compared"
    : "are compared once the cache is complete";
  const found = `photos under ${options.datasetPath} ${compared}`;
  const lines = manifest ? [...reportCache(manifest, bytes), found] : [];
  for (const line of lines) terminal.print(line);
  for (const { file, fault, remedy } of problems) {
    terminal.print(`problem ${file} ${fault}; ${remedy}`);
  }
  if (problems.length === 0) {
    const count = checkpoints.length;
    const others = count === 0 ? "" : ` and ${count} checkpoint${count === 1 ? "" : "s"}`;
    terminal.print(`whole: ${rolloutDir}${others}`);
  }
  return { rolloutDir, cache: manifest, bytes, checkpoints, problems };
}

type Reporting = { report: (problem: CacheProblem) => void; terminal: Terminal };

async function checkCache(
  { rolloutDir, datasetPath }: VerifyOptions,
  { report, terminal }: Reporting,
): Promise<CacheReport> {
  const paths = await listImages(datasetPath).catch(() => []); // a cache may be looked at without its photos
  let bar: Progress | undefined;
  return await verifyCache(rolloutDir, {
    photos: { folder: datasetPath, paths },
    signal: terminal.signal,
    onProblem: report,
    onProgress: ({ done, total }) => {
      bar ??= terminal.progress("verify cache", total, { unit: "files" });
      bar.update({ done });
    },
  });
}

/** Those named, else those of the run that is named, else those of the newest run, if there is one. */
async function checkpointsOf(
  { checkpoint, checkpoints, runDir, name }: VerifyOptions,
): Promise<readonly string[]> {
  if (checkpoint !== undefined || checkpoints.length > 0) {
    return [...checkpoint === undefined ? [] : [checkpoint], ...checkpoints];
  }
  const run = runDir ?? (name === undefined ? undefined : join(runsRoot, name));
  if (run === undefined) return await (await newestRunIfAny())?.checkpoints() ?? [];
  await new RunFolder(run).newestCheckpoint(); // a wrong folder is not taken for a whole run
  return await new RunFolder(run).checkpoints();
}

async function checkAll(
  checkpoints: readonly string[],
  { options, report, terminal }: Reporting & { options: VerifyOptions },
): Promise<void> {
  if (checkpoints.length === 0) return;
  await openBackend("cpu"); // the weights are looked at, nothing is computed with them
  const bar = terminal.progress("verify checkpoints", checkpoints.length, { unit: "files" });
  for (const [done, file] of checkpoints.entries()) {
    terminal.signal.throwIfAborted();
    bar.update({ done });
    try {
      await verifyCheckpoint(file, weightLimitsOf(options));
    } catch (error) {
      report({ file, ...describeBadCheckpoint(error, file) });
    }
  }
  bar.update({ done: checkpoints.length });
}

function describeBadCheckpoint(
  error: unknown,
  file: string,
): Pick<CacheProblem, "fault" | "remedy"> {
  if (error instanceof Deno.errors.NotFound) {
    return { fault: "is missing", remedy: "name a checkpoint that train wrote" };
  }
  return {
    fault: `cannot be read (${(error as Error).message.replaceAll(file, "it")})`,
    remedy: "train it again, or use the checkpoint of another epoch",
  };
}
