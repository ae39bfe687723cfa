/**
 * A student in the formats of other programs.
 *
 * @module
 */
import type { StudentFormat } from "../config/options.ts";
import type { WeightLimits } from "../files/limits.ts";
import { openStudent } from "../model/student_checkpoint.ts";
import type { OnnxInputOptions } from "./onnx/student_inputs.ts";
import { studentExporters } from "./student_exporters.ts";

/** Which student is exported, as what, and where to. */
export interface ExportStudentOptions extends WeightLimits, OnnxInputOptions {
  /** The student's file. */
  readonly checkpointPath: string;
  /** What to write. */
  readonly formats: readonly StudentFormat[];
  /** The folder that the files go to. */
  readonly folder: string;
  /** Stops the work before the next format. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a student in each of some formats, side by side in one folder.
 *
 * @returns What is worth saying of what was written, a line each.
 * @throws {SyntaxError} When the checkpoint is damaged.
 * @throws The signal's reason, when it was aborted.
 */
export async function exportStudent(options: ExportStudentOptions): Promise<string[]> {
  const { formats, folder, signal } = options;
  const checkpoint = await openStudent(options.checkpointPath, options);
  const notes: string[] = [];
  try {
    for (const format of formats) {
      signal?.throwIfAborted();
      notes.push(...await studentExporters[format].write(folder, { ...options, ...checkpoint }));
    }
  } finally {
    checkpoint.student.dispose();
  }
  return notes;
}
