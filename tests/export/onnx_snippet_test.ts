/**
 * The ONNX program of a model card makes of a photo what the student makes of it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { viewPhotos } from "../../lib/dataset/student_view.ts";
import type { ExportedStudent } from "../../lib/export/exporter.ts";
import { onnxExporter } from "../../lib/export/onnx_exporter.ts";
import { timmExporter } from "../../lib/export/timm_exporter.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { preprocessImage, type Preprocessing } from "../../lib/image/preprocess.ts";
import { assertClose } from "../support/numeric.ts";
import { runPython, testWithPython } from "../support/python.ts";
import { type Feeds, runOnnx, runtimeObstacle, testWithRuntime } from "./onnx/onnx_runtime.ts";
import { decodeTensor, type EncodedTensor } from "./onnx/runtime/protocol.ts";
import { makeStudent, type StudentKind } from "./students.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const upright = fixture("image.0.png");
const script = fileURLToPath(new URL("run_onnx_card.py", import.meta.url));

/** A kind of student, the way its graph is called, and how its photos are prepared. */
interface Case {
  readonly kind: StudentKind;
  readonly pixelType: "float32" | "uint8";
  readonly view: Partial<Preprocessing>;
  readonly includeDegradation?: boolean;
  /** The photo, where it is not the upright one. */
  readonly photo?: string;
}

const cases: readonly Case[] = [
  { kind: "plain", pixelType: "float32", view: {} },
  {
    kind: "small",
    pixelType: "uint8",
    view: { imageSize: [30, 30], cropPct: 0.9, interpolation: "bicubic" },
  },
  {
    kind: "maskedResized",
    pixelType: "float32",
    view: { imageSize: [40, 30], cropMode: "squash" },
  },
  { kind: "masked", pixelType: "uint8", view: {}, includeDegradation: false },
  { kind: "plain", pixelType: "uint8", view: {}, photo: fixture("decode/orientation_6.jpg") },
];

function exportedOf({ kind, pixelType, view, includeDegradation = true }: Case): ExportedStudent {
  const exported = makeStudent(kind);
  const description = {
    ...exported.description,
    view: { ...exported.description.view, ...view },
  };
  const checkpointPath = upright; // of which no more than the hash is taken
  return {
    ...exported,
    ...{ description, formats: ["timm", "onnx"], pixelType, includeDegradation, checkpointPath },
  };
}

/** The student's map of the photo, seen through the patches that the program chose. */
async function expectedMap(
  { student, description }: ExportedStudent,
  { feeds, photo }: { feeds: Feeds; photo: string },
) {
  const { data } = preprocessImage(await decodeImage(await Deno.readFile(photo)), description.view);
  const { images, visible } = viewPhotos([{ data }], description);
  const chosen = visible && tf.tensor2d([chosenBy(feeds, visible.shape[1])], undefined, "int32");
  const map = student.predict(images, chosen);
  const values = await map.data<"float32">();
  tf.dispose([images, visible ?? [], chosen ?? [], map]);
  return values;
}

/** The patches with the smallest noise, as many as the student sees, or the visible ones themselves. */
function chosenBy({ noise, visible }: Feeds, numVisible: number): number[] {
  const chosen = visible
    ? [...visible.data].map(Number)
    : [...noise.data.keys()].sort((a, b) => Number(noise.data[a]) - Number(noise.data[b]))
      .slice(0, numVisible);
  assert.equal(new Set(chosen).size, numVisible);
  return chosen;
}

async function assertFeedsStudent(
  exported: ExportedStudent,
  { python, folder, photo }: { python: string; folder: string; photo: string },
): Promise<void> {
  await timmExporter.write(folder, exported);
  await onnxExporter.write(folder, exported);
  const printed = JSON.parse(await runPython(python, [script, folder, photo]));
  const feeds = Object.fromEntries(
    Object.entries<EncodedTensor>(printed).map(([name, tensor]) => [name, decodeTensor(tensor)]),
  );
  const [{ map }] = await runOnnx([await Deno.readFile(join(folder, "student.onnx"))], [feeds]);
  const expected = await expectedMap(exported, { feeds, photo });
  assertClose(map.data as Float32Array, expected, { tolerance: 1e-4 });
}

for (const it of cases) {
  const title =
    `the card's ONNX program feeds a ${it.kind} student's graph what its map is made of` +
    (it.photo ? ", held upright" : "");
  if (runtimeObstacle) testWithRuntime(title, () => {});
  else {
    await testWithPython("PIL", title, async (python, folder) => {
      await openBackend("cpu");
      const exported = exportedOf(it);
      await assertFeedsStudent(exported, { python, folder, photo: it.photo ?? upright });
      exported.student.dispose();
    });
  }
}
