/**
 * A student as a checkpoint of this project.
 *
 * @module
 */
import { join } from "node:path";
import { describeView } from "../dataset/student_view.ts";
import { saveStudent } from "../model/student_checkpoint.ts";
import type { StudentExporter } from "./exporter.ts";

const FILE = "student.safetensors";

/**
 * Writes `student.safetensors`, which says itself what student it is, with a checksum: what was said of a file of
 * weights alone need not be said again.
 */
export const checkpointExporter: StudentExporter = {
  files: [FILE],
  async write(folder, { student, description, metadata }) {
    await saveStudent(join(folder, FILE), { student, description, metadata });
    const { model, grid } = description;
    return [
      `checkpoint of ${model.architecture}: ${describeView(description)} to a map of ${
        grid.join("×")
      }`,
    ];
  },
};
