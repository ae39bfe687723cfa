/**
 * Where an export goes when the user does not say.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { type ExportFormat, type StudentFormat, studentFormats } from "../../lib/config/options.ts";
import { runFolderOf } from "../../lib/run/run_folder.ts";

/** What of the options decides it. */
export interface ExportPlace {
  /** The folder that the user named. */
  readonly outputDir?: string;
  /** The cache's folder. */
  readonly rolloutDir: string;
}

/** The formats among others that a student is written in. */
export function studentFormatsOf(formats: readonly ExportFormat[]): StudentFormat[] {
  return studentFormats.filter((format) => formats.includes(format));
}

/**
 * The folder of an export: the one given, else `export` in the folder of the student's run, or beside a student
 * outside a run; of maps alone, in the cache's folder.
 *
 * @param checkpoint The student's file; none where maps alone are exported.
 */
export function exportDirOf(
  { outputDir, rolloutDir }: ExportPlace,
  checkpoint: string | undefined,
): string {
  if (outputDir !== undefined) return outputDir;
  const place = checkpoint === undefined
    ? rolloutDir
    : runFolderOf(checkpoint) ?? dirname(checkpoint);
  return join(place, "export");
}
