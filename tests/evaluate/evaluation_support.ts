/**
 * Photos, a cache and a student to evaluate.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import * as tf from "@tensorflow/tfjs";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import type { Degradation } from "../../lib/config/degradation.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { preprocessImage } from "../../lib/image/preprocess.ts";
import { buildFromScratch } from "../../lib/model/model_source.ts";
import type { Student } from "../../lib/model/student.ts";
import {
  createStudent,
  saveStudent,
  type StudentDescription,
} from "../../lib/model/student_checkpoint.ts";
import { Random } from "../../lib/random/random.ts";
import { settings } from "../cache/cache_support.ts";
import { readFixture } from "../support/fixtures.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** Where each photo lies in the data set, in order, and the fixture that it is. */
export const photos: readonly (readonly [path: string, fixture: string])[] = [
  ["0.png", "image.0.png"],
  ["B/grey.png", "image.grey.png"],
  ["B/rgba.png", "image.rgba.png"],
  ["a b.png", "image.1.png"],
  ["b/2.png", "image.2.png"],
  ["b/c/3.png", "image.3.png"],
  ["ü.png", "image.palette.png"],
];

/** Half of the photos, by the hash of their paths. */
export const holdout = 0.5;

/** The raw map of a photo, 2 × 3: all of it at one patch, which differs from photo to photo. */
export function oneHotMap(path: string): Float32Array {
  const place = photos.findIndex(([photo]) => photo === path);
  return Float32Array.from({ length: 6 }, (_, patch) => patch === place % 6 ? place + 2 : 0);
}

/** How the student of a {@linkcode workplace} is made. */
export interface WorkplaceOptions {
  readonly degradation?: Degradation;
  /** The student's grid, if not that of the cache. */
  readonly grid?: readonly [number, number];
  /** The student's crop percentage, if not that of the cache. */
  readonly cropPct?: number;
  /** Changes the student before it is written. */
  readonly change?: (student: Student) => void;
  /** Keeps the photos' pixels in the cache. */
  readonly cacheImages?: boolean;
  /** What the checkpoint says besides. */
  readonly metadata?: Record<string, string>;
}

/** A data set, its cache and a student's checkpoint in a folder of their own, and options to evaluate it. */
export async function workplace(options: WorkplaceOptions = {}) {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  await writePhotos(at("photos"));
  await writeCache(at("rollouts"), options);
  const description = await writeStudent(at("student.safetensors"), options);
  return {
    description,
    options: {
      checkpointPath: at("student.safetensors"),
      datasetPath: at("photos"),
      rolloutDir: at("rollouts"),
      holdout,
      batchSize: 2,
      workers: 1,
      seed: 7,
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Makes a student say 0.5 of every patch, whatever it sees. */
export function makeIndifferent({ projection: { weight, bias } }: Student): void {
  tf.tidy(() => {
    weight.assign(tf.zerosLike(weight));
    bias.assign(tf.zerosLike(bias));
  });
}

async function writePhotos(folder: string): Promise<void> {
  for (const [path, fixture] of photos) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.writeFile(join(folder, path), readFixture(fixture));
  }
}

async function writeCache(folder: string, { cacheImages }: WorkplaceOptions): Promise<void> {
  const writer = await CacheWriter.open(folder, {
    settings,
    paths: photos.map(([path]) => path),
    cacheImages,
  });
  for (const { index, paths } of writer.missingShards()) {
    if (cacheImages) await writer.writeImages(index, { paths, pixels: await pixelsOf(paths) });
    const maps = Float32Array.from(paths.flatMap((path) => [...oneHotMap(path)]));
    await writer.writeShard(index, { paths, skipped: [], checksums: paths.map(checksumOf), maps });
  }
  await writer.finish();
}

function checksumOf(path: string): number {
  return crc32(fileOf(path));
}

async function pixelsOf(paths: readonly string[]): Promise<Uint8Array> {
  const pixels = await Promise.all(
    paths.map(async (path) =>
      preprocessImage(await decodeImage(fileOf(path)), settings.preprocessing).data
    ),
  );
  return Uint8Array.from(pixels.flatMap((photo) => [...photo]));
}

function fileOf(path: string): Uint8Array<ArrayBuffer> {
  return readFixture(photos.find(([photo]) => photo === path)![1]);
}

async function writeStudent(
  path: string,
  { degradation, grid, cropPct, change, metadata }: WorkplaceOptions,
): Promise<StudentDescription> {
  const random = Random.from("student");
  const { model, description } = await buildFromScratch({
    model: "vit_tiny_patch16_224",
    args: {
      img_size: settings.preprocessing.imageSize,
      patch_size: 8,
      embed_dim: 8,
      depth: 1,
      num_heads: 2,
      num_classes: 0,
    },
    weightsDir: "",
  }, random);
  const student = createStudent(model, { grid: grid ?? settings.grid, random });
  change?.(student);
  const whole: StudentDescription = {
    model: description,
    grid: student.grid,
    degradation: degradation ?? { strategy: "DOWNSIZE", factor: 4 },
    view: { ...settings.preprocessing, cropPct: cropPct ?? settings.preprocessing.cropPct },
  };
  await saveStudent(path, { student, description: whole, metadata });
  student.dispose();
  return whole;
}
