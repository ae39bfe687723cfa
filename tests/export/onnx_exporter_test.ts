import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import type { Degradation } from "../../lib/config/degradation.ts";
import { exportStudent, type ExportStudentOptions } from "../../lib/export/export_student.ts";
import { sha256OfFile } from "../../lib/files/sha256.ts";
import { openStudent, saveStudent } from "../../lib/model/student_checkpoint.ts";
import { readSafetensors } from "../../lib/weights/safetensors.ts";
import denoJson from "../../deno.json" with { type: "json" };
import { tinyModel } from "../model/tiny_model.ts";
import { assertClose } from "../support/numeric.ts";
import { temporaryFolder, testInFolder } from "../support/temporary_folder.ts";
import { drawExample, studentOf } from "./onnx/exported_student.ts";
import type { OnnxInputOptions } from "../../lib/export/onnx/student_signature.ts";
import { runOnnx, testWithRuntime } from "./onnx/onnx_runtime.ts";
import { readModel } from "./onnx/read_model.ts";

/** Saves a tiny student, and plans its export beside it. */
async function planExport(
  folder: string,
  degradation: Degradation = { strategy: "DOWNSIZE", factor: 2 },
): Promise<ExportStudentOptions & OnnxInputOptions> {
  await openBackend("cpu");
  const { student, description } = studentOf(tinyModel(), { degradation });
  const checkpointPath = join(folder, "student.safetensors");
  await saveStudent(checkpointPath, { student, description });
  student.dispose();
  return {
    checkpointPath,
    evaluationDir: folder,
    formats: ["onnx"],
    folder: join(folder, "export"),
    includeDegradation: true,
    pixelType: "float32",
  };
}

async function exportOnnx(options: ExportStudentOptions): Promise<Uint8Array> {
  await exportStudent(options);
  return await Deno.readFile(join(options.folder, "student.onnx"));
}

testInFolder("onnxExporter says in the file what using the student takes", async (folder) => {
  const options = await planExport(folder);
  const { metadata, texts } = readModel([await exportOnnx(options)]);
  assert.deepEqual(metadata, {
    architecture: "vit_tiny_patch16_224",
    degradation: '{"strategy":"DOWNSIZE","factor":2}',
    degradation_included: "true",
    grid: "[3,4]",
    mean: "[0.5,0.4,0.3]",
    std: "[0.2,0.25,0.3]",
    image_size: "[12,16]",
    crop_pct: "0.9",
    crop_mode: "center",
    interpolation: "bicubic",
    checkpoint_sha256: await sha256OfFile(options.checkpointPath),
  });
  assert.equal(texts[2], "distill-rollout");
  assert.equal(texts[3], denoJson.version);
  assert.match(texts[6], /6×8 pixels of 12×16/);
});

testInFolder(
  "onnxExporter keeps timm's keys, layout and every bit of the weights",
  async (folder) => {
    const options = await planExport(folder);
    const { initializers } = readModel([await exportOnnx(options)]);
    const { tensors } = await readSafetensors(options.checkpointPath);
    for (const [name, { shape, data }] of tensors) {
      const written = initializers.get(name);
      assert.deepEqual(written?.shape, [...shape], name);
      assert.deepEqual(
        new Uint8Array(written.bytes),
        new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
        name,
      );
    }
  },
);

testInFolder("onnxExporter writes the same bytes for the same student", async (folder) => {
  const options = await planExport(folder, { strategy: "MAE", maskRatio: 0.5 });
  const first = await exportOnnx(options);
  assert.deepEqual(await exportOnnx(options), first);
  const other = await exportOnnx({ ...options, includeDegradation: false });
  assert.notDeepEqual(other, first, "without degradation it is another graph");
});

testWithRuntime("onnxExporter's file says what the student's file says", async () => {
  await using temporary = await temporaryFolder();
  const options = await planExport(temporary.path);
  const file = await exportOnnx(options);
  const checkpoint = await openStudent(options.checkpointPath);
  const { feeds, map } = await drawExample(2, { ...options, ...checkpoint });
  checkpoint.student.dispose();
  const [outputs] = await runOnnx([file], [feeds]);
  assertClose(outputs.map.data as Float32Array, map, { tolerance: 1e-4 });
});
