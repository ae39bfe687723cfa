/**
 * What each format of a student's export has in common.
 *
 * @module
 */
import type { StudentFormat } from "../config/options.ts";
import type { StudentCheckpoint } from "../model/student_checkpoint.ts";
import type { EvaluationFile } from "../run/evaluation_file.ts";
import type { OnnxInputOptions } from "./onnx/student_signature.ts";

/** A student that is exported, and how. */
export interface ExportedStudent extends StudentCheckpoint, OnnxInputOptions {
  /** The student's file. */
  readonly checkpointPath: string;
  /** Everything that it is written as, side by side. */
  readonly formats: readonly StudentFormat[];
  /** What to call it: its file's name without ending. */
  readonly name: string;
  /** Its scores, where it has been evaluated. */
  readonly evaluation?: EvaluationFile;
}

/** Writes a student in one format. */
export interface StudentExporter {
  /** The names of the files that it writes, in the folder of the export. */
  readonly files: readonly string[];
  /**
   * Writes them, each whole or not at all; the student stays the caller's.
   *
   * @returns What is worth saying of them, a line each.
   */
  write(folder: string, student: ExportedStudent): Promise<readonly string[]>;
}
