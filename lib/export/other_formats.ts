/**
 * What a model card says of the formats that lie beside the timm model.
 *
 * @module
 */
import type { StudentFormat } from "../config/options.ts";
import type { ExportedStudent } from "./exporter.ts";
import { describeSignature, signatureOf } from "./onnx/student_signature.ts";
import { onnxSnippet } from "./onnx_snippet.ts";

/** A section a format; of the timm model the rest of the card speaks. */
const sections: Readonly<
  Record<StudentFormat, ((exported: ExportedStudent) => string) | undefined>
> = {
  timm: undefined,
  onnx: onnxSection,
  checkpoint: () =>
    "## Checkpoint\n\n`student.safetensors` is what the tasks that trained the student read.",
};

/** The sections of the other formats, in Markdown. */
export function otherFormats(exported: ExportedStudent): string[] {
  return exported.formats.flatMap((format) => sections[format]?.(exported) ?? []);
}

function onnxSection(exported: ExportedStudent): string {
  const signature = describeSignature(signatureOf(exported.description, exported));
  const input = exported.includeDegradation
    ? "It degrades photos itself."
    : "It leaves the degradation to its caller.";
  const program = onnxSnippet(exported);
  return [
    "## ONNX",
    `\`student.onnx\` is the student as a graph, from ${signature}. ${input} Its metadata say how a photo is prepared.`,
    ...program === undefined ? [] : [`\`\`\`python\n${program}\n\`\`\``],
  ].join("\n\n");
}
