/**
 * What an export's folder holds besides the timm model, for the model card.
 *
 * @module
 */
import type { StudentFormat } from "../config/options.ts";
import type { ExportedStudent } from "./exporter.ts";
import { describeSignature, signatureOf } from "./onnx/student_signature.ts";

/** Says in Markdown what a format's file is; of the timm model the whole card speaks. */
const sayings: Readonly<Record<StudentFormat, ((student: ExportedStudent) => string) | undefined>> =
  {
    timm: undefined,
    onnx: (exported) => {
      const signature = describeSignature(signatureOf(exported.description, exported));
      return "`student.onnx`: the student as an ONNX graph" +
        (exported.includeDegradation ? " that degrades photos itself" : "") +
        `, from ${signature}; its metadata say how a photo is prepared.`;
    },
    checkpoint: () => "`student.safetensors`: the checkpoint that the project's own tasks read.",
  };

/** Lists the files of the other formats under a heading. */
export function otherFiles(exported: ExportedStudent): string {
  const sentences = exported.formats.map((format) => sayings[format]?.(exported));
  const items = sentences.filter((it) => it !== undefined).map((sentence) => `- ${sentence}`);
  return ["## Other files", "", ...items].join("\n");
}
