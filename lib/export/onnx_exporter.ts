/**
 * A student as an ONNX model.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { sha256OfFile } from "../files/sha256.ts";
import { readStudent } from "../model/student_checkpoint.ts";
import type { StudentExporter } from "./exporter.ts";
import { serialiseModel } from "./onnx/serialise_model.ts";
import { studentGraph } from "./onnx/student_graph.ts";
import { describeSignature, signatureOf } from "./onnx/student_signature.ts";

const FILE = "student.onnx";

/** Writes `student.onnx`. */
export const onnxExporter: StudentExporter = {
  files: [FILE],
  async write(folder, { student, checkpointPath, ...options }) {
    const checkpointSha256 = await sha256OfFile(checkpointPath);
    const model = studentGraph(await readStudent(student), { ...options, checkpointSha256 });
    await writeFileAtomically(join(folder, FILE), serialiseModel(model));
    return [`ONNX graph: ${describeSignature(signatureOf(options.description, options))}`];
  },
};
