/**
 * The export as a terminal shows it.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import type { ExportOptions } from "../../lib/config/export_schema.ts";
import { UsageError } from "../../lib/config/usage_error.ts";
import { exportMaps, mapFiles } from "../../lib/export/export_maps.ts";
import { exportStudent } from "../../lib/export/export_student.ts";
import { studentExporters } from "../../lib/export/student_exporters.ts";
import { explainDiskError } from "../../lib/files/disk_error.ts";
import { ifPresent } from "../../lib/files/if_present.ts";
import { findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import { runFolderOf } from "../../lib/run/run_folder.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { exportDirOf, studentFormatsOf } from "./export_dir.ts";
import { foreignStudentOf } from "./foreign_student.ts";

/** What was exported. */
export interface ExportStageResult {
  /** The student's file; none where maps alone were exported. */
  readonly checkpoint?: string;
  /** The folder. */
  readonly outputDir: string;
  /** The files written into it. */
  readonly files: readonly string[];
}

/** Writes a student, or the maps of a cache, for other programs; the backend runs already. */
export async function exportStage(
  options: ExportOptions,
  terminal: Terminal,
): Promise<ExportStageResult> {
  const { overwrite } = options;
  const formats = studentFormatsOf(options.formats);
  const withMaps = options.formats.includes("npy");
  const checkpoint = formats.length > 0 ? await findCheckpoint(options) : undefined;
  const folder = exportDirOf(options, checkpoint);
  const files = [
    ...formats.flatMap((format) => studentExporters[format].files),
    ...withMaps ? mapFiles : [],
  ].map((name) => join(folder, name));
  refuseOwn(files, checkpoint);
  if (!overwrite) await refuseEarlier(files);
  if (withMaps) (await RolloutCache.open(options.rolloutDir)).close(); // no half of an export without the cache
  if (checkpoint !== undefined) {
    const notes = await exportStudent({
      ...options,
      ...{ formats, folder, checkpointPath: checkpoint },
      foreign: await foreignStudentOf(checkpoint, options),
      evaluationDir: options.evaluationDir ?? runFolderOf(checkpoint) ?? dirname(checkpoint),
      signal: terminal.signal,
      onWarning: (message) => terminal.warn(message),
    });
    for (const note of notes) terminal.print(note);
  }
  if (withMaps) await mapsStage({ ...options, folder }, terminal);
  for (const file of files) terminal.print(`wrote ${file}`);
  return { checkpoint, outputDir: folder, files };
}

/** Writes the maps, with progress on the terminal. */
async function mapsStage(
  { rolloutDir, folder, divideByMaximum }: ExportOptions & { folder: string },
  terminal: Terminal,
): Promise<void> {
  let bar: Progress | undefined;
  const shape = await exportMaps({
    ...{ rolloutDir, folder, divideByMaximum },
    signal: terminal.signal,
    onProgress: ({ done, total }) => {
      bar ??= terminal.progress("export", total, { unit: "maps" });
      bar.update({ done });
    },
  });
  terminal.print(`maps of ${rolloutDir}: float32 [${shape.join(", ")}]`);
}

/**
 * Keeps the student that is exported: from most of the formats it cannot be had back.
 *
 * @throws {UsageError} When one of the files would be its own.
 */
function refuseOwn(files: readonly string[], checkpoint: string | undefined): void {
  const own = checkpoint && files.find((file) => resolve(file) === resolve(checkpoint));
  if (!own) return;
  throw new UsageError(
    `Cannot export: ${own} is the student itself, expected another file; name another --output-dir`,
  );
}

/**
 * Finds out before the work whether it would replace something.
 *
 * @throws {UsageError} When a file is there already.
 */
async function refuseEarlier(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const found = await ifPresent(Deno.lstat(file)).catch((error) => {
      throw explainDiskError(error, { path: file });
    });
    if (found === undefined) continue;
    throw new UsageError(
      `Cannot export: ${file} is there already, expected a folder without it; use --overwrite, or name another ` +
        "--output-dir",
    );
  }
}
