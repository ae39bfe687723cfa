/**
 * The formats that students are exported in.
 *
 * @module
 */
import type { StudentFormat } from "../config/options.ts";
import { checkpointExporter } from "./checkpoint_exporter.ts";
import type { StudentExporter } from "./exporter.ts";
import { onnxExporter } from "./onnx_exporter.ts";
import { timmExporter } from "./timm_exporter.ts";

/** What writes each format. */
export const studentExporters: Readonly<Record<StudentFormat, StudentExporter>> = {
  timm: timmExporter,
  onnx: onnxExporter,
  checkpoint: checkpointExporter,
};
