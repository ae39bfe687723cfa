/**
 * A student in the formats of other programs.
 *
 * @module
 */
import { basename } from "node:path";
import { exportOptions, type StudentFormat } from "../config/export_options.ts";
import { objectionTo } from "../dataset/student_view.ts";
import { ifPresent } from "../files/if_present.ts";
import type { Student } from "../model/student.ts";
import {
  openStudent,
  type OpenStudentOptions,
  readStudent,
  type StudentDescription,
} from "../model/student_checkpoint.ts";
import { isEvaluationOf } from "../run/evaluated_student.ts";
import { type EvaluationFile, readEvaluation } from "../run/evaluation_file.ts";
import { RunFolder } from "../run/run_folder.ts";
import { toFloat32 } from "../weights/host_tensor.ts";
import type { OnnxInputOptions } from "./onnx/student_signature.ts";
import { studentExporters } from "./student_exporters.ts";

/** Which student is exported, as what, and where to. */
export interface ExportStudentOptions extends OpenStudentOptions, Partial<OnnxInputOptions> {
  /** The student's file. */
  readonly checkpointPath: string;
  /** The folder of its evaluation, usually the run's; there may be none in it. No scores when not given. */
  readonly evaluationDir?: string;
  /** What to write. */
  readonly formats: readonly StudentFormat[];
  /** The folder that the files go to. */
  readonly folder: string;
  /** Stops the work before the next format. */
  readonly signal?: AbortSignal;
  /** Told what is odd but possible. */
  readonly onWarning?: (message: string) => void;
}

const usual: OnnxInputOptions = {
  includeDegradation: exportOptions.includeDegradation.parse(undefined),
  pixelType: exportOptions.pixelType.parse(undefined),
};

/**
 * Writes a student in each of some formats, side by side in one folder.
 *
 * @param asked Which student, as what, and where to; whole photos of float32 go into an ONNX graph unless told
 * otherwise.
 * @returns What is worth saying of what was written, a line each.
 * @throws {RangeError} When there is no such format.
 * @throws {SyntaxError} When the checkpoint or the evaluation is damaged.
 * @throws {RangeError} When the student would see nothing, or the checkpoint asks for more than the limits.
 * @throws {Error} When a weight is no finite number.
 * @throws The signal's reason, when it was aborted.
 */
export async function exportStudent(asked: ExportStudentOptions): Promise<string[]> {
  const options = { ...usual, ...asked };
  const { checkpointPath, formats, folder, signal } = options;
  requireKnown(formats);
  const evaluation = await evaluationOf(options);
  using checkpoint = await openStudent(checkpointPath, options);
  const name = basename(checkpointPath).replace(/\.\w+$/, "");
  const notes: string[] = [];
  requireView(checkpoint.description, checkpointPath);
  await requireNumbers(checkpoint.student, checkpointPath);
  for (const format of formats) {
    signal?.throwIfAborted();
    const exported = { ...options, ...checkpoint, name, evaluation };
    notes.push(...await studentExporters[format].write(folder, exported));
  }
  return notes;
}

function requireKnown(formats: readonly string[]): void {
  const foreign = formats.find((format) => !Object.hasOwn(studentExporters, format));
  if (foreign === undefined) return;
  const known = Object.keys(studentExporters).join(", ");
  throw new RangeError(
    `Cannot export a student: a format is ${foreign}, expected some of ${known}`,
  );
}

/** Refuses a view of which nothing is left: what was said of weights alone may be so. */
function requireView(description: StudentDescription, path: string): void {
  const objection = objectionTo(description);
  if (objection) throw new RangeError(`Cannot export: ${path}: ${objection}`);
}

/** Refuses a student whose training went astray: every format would take it, and no map of it is one. */
async function requireNumbers(student: Student, path: string): Promise<void> {
  for (const [name, tensor] of await readStudent(student)) {
    const odd = toFloat32(tensor).find((value) => !Number.isFinite(value));
    if (odd === undefined) continue;
    throw new Error(
      `Cannot export: ${path}: ${name} is partly ${odd}, expected numbers; choose an earlier checkpoint, or train ` +
        "anew with a lower --lr",
    );
  }
}

/** The student's scores, wherever its file has moved to; those of another student are none. */
async function evaluationOf(
  { checkpointPath, evaluationDir, onWarning }: ExportStudentOptions,
): Promise<EvaluationFile | undefined> {
  if (evaluationDir === undefined) return undefined;
  const { evaluationFile } = new RunFolder(evaluationDir);
  if (await ifPresent(Deno.stat(evaluationFile)) === undefined) return undefined;
  const evaluation = await readEvaluation(evaluationFile);
  if (await isEvaluationOf(evaluation, checkpointPath)) return evaluation;
  onWarning?.(
    `${evaluationFile} is of another student, read from ${evaluation.checkpoint}: ${checkpointPath} is exported without ` +
      "scores; run evaluate for it first",
  );
  return undefined;
}
