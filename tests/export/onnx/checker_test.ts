/**
 * Exported students before the judge of the onnx package: its checker and its strict inference of shapes.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { writeFileAtomically } from "../../../lib/files/atomic_write.ts";
import { serialiseModel } from "../../../lib/export/onnx/serialise_model.ts";
import { studentGraph } from "../../../lib/export/onnx/student_graph.ts";
import { readStudent } from "../../../lib/model/student_checkpoint.ts";
import { runPython, testWithPython } from "../../support/python.ts";
import { loadReferenceModel, referenceModels } from "../../support/reference_models.ts";
import { studentOf } from "./exported_student.ts";
import { degradations, inputs } from "./graph_variants.ts";

const script = fileURLToPath(new URL("check_models.py", import.meta.url));

await testWithPython("onnx", "the onnx package accepts every graph", async (python, folder) => {
  await openBackend("cpu");
  const paths: string[] = [];
  for (const name of referenceModels) {
    for (const degradation of degradations) {
      const { student, description } = studentOf(await loadReferenceModel(name), { degradation });
      const weights = await readStudent(student);
      student.dispose();
      for (const options of inputs) {
        const model = studentGraph(weights, { ...options, description, checkpointSha256: "" });
        const path = join(folder, `${paths.length}.onnx`);
        await writeFileAtomically(path, serialiseModel(model));
        paths.push(path);
      }
    }
  }
  const shapes = (await runPython(python, [script, ...paths])).trim().split("\n");
  assert.equal(shapes.length, paths.length);
  const map = "['batch', 3, 4]";
  assert.deepEqual(shapes.slice(0, 8), [
    `['batch', 3, 64, 64] ${map}`,
    `['batch', 64, 64, 3] ${map}`,
    `['batch', 3, 64, 64] ${map}`,
    `['batch', 64, 64, 3] ${map}`,
    `['batch', 3, 64, 64] ['batch', 16] ${map}`,
    `['batch', 64, 64, 3] ['batch', 16] ${map}`,
    `['batch', 3, 64, 64] ['batch', 'visible'] ${map}`,
    `['batch', 64, 64, 3] ['batch', 'visible'] ${map}`,
  ]);
});
