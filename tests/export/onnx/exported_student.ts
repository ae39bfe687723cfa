/**
 * Students for the tests of ONNX export, what they are fed and what they should say.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import * as tf from "@tensorflow/tfjs";
import type { Degradation } from "../../../lib/config/degradation.ts";
import { type ViewedPhoto, viewPhotos } from "../../../lib/dataset/student_view.ts";
import type { OnnxInputOptions } from "../../../lib/export/onnx/student_signature.ts";
import type { Preprocessing } from "../../../lib/image/preprocess.ts";
import { pixelTensor } from "../../../lib/model/pixel_tensor.ts";
import type { Student } from "../../../lib/model/student.ts";
import { createStudent } from "../../../lib/model/student_checkpoint.ts";
import type { StudentDescription } from "../../../lib/model/student_description.ts";
import type { VisionTransformer } from "../../../lib/model/vision_transformer.ts";
import { numPatchesOf } from "../../../lib/model/vit_config.ts";
import { Random } from "../../../lib/random/random.ts";
import { tinyDescription } from "../../model/tiny_model.ts";
import type { Feeds } from "./onnx_runtime.ts";
import type { PlainTensor } from "./runtime/protocol.ts";

/** Not the base's grid, nor square. */
const grid = [3, 4] as const;

/** A student and what using it takes; the caller disposes `student`. */
export interface DescribedStudent {
  /** The weights on the backend. */
  readonly student: Student;
  /** What using the student takes. */
  readonly description: StudentDescription;
}

/** Puts a projection behind a base model, which it takes over. */
export function studentOf(
  base: VisionTransformer,
  { degradation, viewSize = base.config.imageSize }: {
    degradation: Degradation;
    viewSize?: readonly [height: number, width: number];
  },
): DescribedStudent {
  const model = tinyDescription(base.config);
  const preprocessing: Preprocessing = {
    ...model.preprocessing,
    mean: [0.5, 0.4, 0.3],
    std: [0.2, 0.25, 0.3],
  };
  const description: StudentDescription = {
    model: { ...model, preprocessing },
    grid,
    degradation,
    view: { ...preprocessing, imageSize: viewSize },
  };
  return { student: createStudent(base, { grid, random: Random.from("projection") }), description };
}

/** A graph's input, and the map that our own student makes of the same. */
export interface Example {
  /** What the graph is fed. */
  readonly feeds: Feeds;
  /** float32, [B, gridHeight, gridWidth]. */
  readonly map: Float32Array;
}

/** Draws photos, or pictures as the student sees them, and lets our student look at them. */
export async function drawExample(
  count: number,
  { student, description, includeDegradation, pixelType }: DescribedStudent & OnnxInputOptions,
): Promise<Example> {
  const { model, view } = description;
  const preprocessing = includeDegradation ? view : model.preprocessing;
  const photos = drawPhotos(count, preprocessing.imageSize);
  const images = pixelTensor(photos.map(({ data }) => data), preprocessing);
  const seen = viewPhotos(drawPhotos(count, view.imageSize), description);
  const maps = student.predict(includeDegradation ? seen.images : images, seen.visible);
  const [height, width] = preprocessing.imageSize;
  const bytes = new Uint8Array(Buffer.concat(photos.map(({ data }) => data)));
  const image: PlainTensor = pixelType === "uint8"
    ? { data: bytes, shape: [count, height, width, 3] }
    : { data: await channelsFirst(images), shape: [count, 3, height, width] };
  const feeds = { image, ...await maskFeeds(seen.visible, { description, includeDegradation }) };
  const map = await maps.data<"float32">();
  tf.dispose([images, seen.images, seen.visible ?? [], maps]);
  return { feeds, map };
}

function drawPhotos(
  count: number,
  [height, width]: readonly [height: number, width: number],
): (ViewedPhoto & { readonly data: Uint8Array })[] {
  return Array.from({ length: count }, (_, index) => {
    const random = Random.from("photo", index);
    const data = Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 256));
    return { data, maskKey: ["mask", index] };
  });
}

async function channelsFirst(images: tf.Tensor4D): Promise<Float32Array> {
  const turned = images.transpose([0, 3, 1, 2]);
  const data = await turned.data<"float32">();
  turned.dispose();
  return data;
}

/** The visible patches themselves, or noise that is small where they are. */
async function maskFeeds(
  visible: tf.Tensor2D | undefined,
  { description, includeDegradation }: {
    description: StudentDescription;
    includeDegradation: boolean;
  },
): Promise<Feeds> {
  if (!visible) return {};
  const rows = await visible.array();
  if (!includeDegradation) {
    return { visible: { data: BigInt64Array.from(rows.flat(), BigInt), shape: visible.shape } };
  }
  const numPatches = numPatchesOf(description.model.config);
  const random = Random.from("noise");
  const noise = rows.flatMap((row) =>
    Array.from(
      { length: numPatches },
      (_, patch) => random.uniform(0, 0.5) + (row.includes(patch) ? 0 : 0.5),
    )
  );
  return { noise: { data: Float32Array.from(noise), shape: [rows.length, numPatches] } };
}
