/**
 * Every kind of file that a stranger may give us.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseOptions } from "../../lib/config/parse_options.ts";
import { compareTask } from "../../lib/config/report_schemas.ts";
import { precomputeTask, trainTask } from "../../lib/config/task_schemas.ts";
import { readJsonText } from "../../lib/files/json.ts";
import { describeModelFile } from "../../lib/model/model_config_file.ts";
import { parameterShapes } from "../../lib/model/parameters.ts";
import { openStudent } from "../../lib/model/student_checkpoint.ts";
import { readRunRecord } from "../../lib/report/run_record.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { trainedOn } from "../../lib/run/trained_on.ts";
import { startRun } from "../../lib/train/start_run.ts";
import { withChecksum } from "../../lib/weights/checksum.ts";
import { parseSafetensors, serialiseSafetensors } from "../../lib/weights/safetensors.ts";
import { SafetensorsFile } from "../../lib/weights/safetensors_file.ts";
import { readShardIndex } from "../../lib/weights/shard_index.ts";
import { trainingCacheOf } from "../../lib/visualise/training_cache.ts";
import { evaluation, imageScores } from "../report/report_support.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { cacheSubject } from "./cache_subject.ts";
import type { CorpusFile, Subject } from "./fuzz.ts";
import { mutateSafetensors } from "./mutate_formats.ts";
import { mutateJsonBytes, mutateJsonLines } from "./mutate_json.ts";
import { photoSubject, poolSubject } from "./photo_subject.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** How each kind of file is made, damaged and read. */
export const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  "safetensors in memory": safetensorsInMemory,
  "safetensors on disk": safetensorsOnDisk,
  "model config.json": modelConfig,
  "index of weights in several files": shardIndex,
  "--config file": configFile,
  "cache manifest": () => cacheSubject(/^manifest\.json$/),
  "cache index": () => cacheSubject(/^index\.jsonl$/),
  "cache shards": () => cacheSubject(/\.safetensors$/),
  "cache shards, checksums put right": () => cacheSubject(/\.safetensors$/, { isSigned: true }),
  "student checkpoint": studentCheckpoint,
  "student checkpoint, checksum put right": () => studentCheckpoint({ isSigned: true }),
  "evaluation and run record": runRecord,
  "JPEG": () => photoSubject("jpeg"),
  "PNG": () => photoSubject("png"),
  "GIF": () => photoSubject("gif"),
  "photos in a worker": poolSubject,
};

function text(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Tensors of all widths, with and without metadata. */
function tensorFiles(): CorpusFile[] {
  const tensors = [
    ["f32", { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ["i64", { dtype: "I64", shape: [], data: BigInt64Array.of(-7n) }],
    ["bf16", { dtype: "BF16", shape: [2], data: Uint16Array.of(1, 2) }],
    ["bool", { dtype: "BOOL", shape: [1, 3], data: Uint8Array.of(0, 1, 1) }],
  ] as const;
  return [
    {
      name: "full.safetensors",
      bytes: serialiseSafetensors(tensors, { metadata: { a: "b", c: "{}" } }),
    },
    { name: "plain.safetensors", bytes: serialiseSafetensors(tensors.slice(0, 1)) },
    { name: "empty.safetensors", bytes: serialiseSafetensors([]) },
  ];
}

const summary = (value: unknown) =>
  JSON.stringify(value, (_, part) => typeof part === "bigint" ? String(part) : part);

function safetensorsInMemory(): Promise<Subject> {
  return Promise.resolve({
    corpus: tensorFiles(),
    mutate: ({ bytes }, random) => mutateSafetensors(bytes, random),
    read: ({ name, bytes }) =>
      new Promise((resolve) => {
        const { tensors, metadata } = parseSafetensors(bytes, { name });
        for (const [key, { data, shape }] of tensors) {
          const count = shape.reduce((product, length) => product * length, 1);
          if (data.length !== count) throw new TypeError(`${key} has ${data.length}, not ${count}`);
        }
        resolve(summary([...tensors, metadata]));
      }),
  });
}

/** A subject whose files are written into a folder of their own before they are read. */
async function onDisk(
  subject: Pick<Subject, "corpus" | "mutate" | "names" | "isGuarded"> & {
    read: (path: string) => Promise<unknown>;
  },
): Promise<Subject> {
  const folder = await temporaryFolder();
  return {
    ...subject,
    read: async ({ name, bytes }) => {
      const path = join(folder.path, name);
      await Deno.writeFile(path, bytes);
      return summary(await subject.read(path));
    },
    close: () => folder[Symbol.asyncDispose](),
  };
}

function safetensorsOnDisk(): Promise<Subject> {
  return onDisk({
    corpus: tensorFiles(),
    mutate: ({ bytes }, random) => mutateSafetensors(bytes, random),
    read: async (path) => {
      using file = await SafetensorsFile.open(path);
      const tensors = [];
      for (const [name, { shape }] of file.header) {
        tensors.push(await file.read(name));
        if (shape.length > 0) tensors.push(await file.readRows(name, 0, Math.min(shape[0], 1)));
      }
      return [tensors, file.metadata];
    },
  });
}

async function modelConfig(): Promise<Subject> {
  const sample = await Deno.readFile(join(root, "data/sample/teacher/config.json"));
  const older = text({
    architecture: "deit3_small_patch16_224.fb_in1k",
    num_classes: 10,
    input_size: [3, 224, 224],
    crop_pct: 0.9,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    interpolation: "bicubic",
  });
  return {
    corpus: [{ name: "newer.json", bytes: sample }, { name: "older.json", bytes: older }],
    mutate: ({ bytes }, random) => mutateJsonBytes(bytes, random),
    read: ({ name, bytes }) =>
      new Promise((resolve) => {
        const description = describeModelFile(new TextDecoder().decode(bytes), { path: name });
        resolve(summary([description, [...parameterShapes(description.config)].length]));
      }),
  };
}

function shardIndex(): Promise<Subject> {
  const files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  const keys = ["cls_token", "pos_embed", "blocks.0.attn.qkv.weight", "head.bias"];
  const map = keys.map((key, index) => [key, files[index % 2]]);
  const index = { metadata: { total_size: 1234 }, weight_map: Object.fromEntries(map) };
  const torch = { weight_map: { "head.weight": "pytorch_model-00001-of-00001.bin" } };
  return onDisk({
    corpus: [
      { name: "model.safetensors.index.json", bytes: text(index) },
      { name: "pytorch_model.bin.index.json", bytes: text(torch) },
    ],
    mutate: ({ bytes }, random) => mutateJsonBytes(bytes, random),
    read: async (path) => {
      const { shards, shardOf } = await readShardIndex(path);
      return [shards, [...shardOf]];
    },
  });
}

function configFile(): Promise<Subject> {
  const options = {
    $schema: "x",
    teacherModel: "local-dir:x",
    teacherArgs: { img_size: [48, 80], patch_size: 4, qkv_bias: true },
    discardRatio: 0.5,
    strategy: "MAE",
    batchSize: 4,
    augment: false,
    phases: ["1+1"],
    factors: [2, 5],
    seed: 7,
    maxPixels: 1000,
  };
  return onDisk({
    corpus: [{ name: "options.json", bytes: text(options) }],
    mutate: ({ bytes }, random) => mutateJsonBytes(bytes, random),
    read: (path) => {
      const io = { readTextFile: readJsonText };
      const argv = [`--config=${path}`];
      return Promise.all([
        parseOptions(precomputeTask, argv, io),
        parseOptions(trainTask, argv, io),
        parseOptions(compareTask, argv, io),
      ]);
    },
  });
}

/** Students, whose checksum a stranger might put right after the damage. */
async function studentCheckpoint({ isSigned = false } = {}): Promise<Subject> {
  await tf.setBackend("cpu");
  const names = ["masked", "small-image"].map((name) => `${name}.safetensors`);
  const corpus = await Promise.all(names.map(async (name) => ({
    name,
    bytes: await Deno.readFile(join(root, "data/sample/students", name)),
  })));
  return await onDisk({
    corpus,
    isGuarded: !isSigned,
    mutate: ({ bytes }, random) => {
      const mutant = mutateSafetensors(bytes, random);
      return isSigned ? { ...mutant, bytes: signed(mutant.bytes) } : mutant;
    },
    read: async (path) => {
      const trained = await trainedOn(path);
      const { student, description, metadata } = await openStudent(path);
      student.dispose();
      return [trained, description, metadata, trainingCacheOf({ metadata }, { path })];
    },
  });
}

/** A file with its checksum put right, where it still reads as safetensors. */
function signed(bytes: Uint8Array): Uint8Array {
  try {
    const content = parseSafetensors(bytes);
    return serialiseSafetensors(content.tensors, { metadata: withChecksum(content) });
  } catch {
    return bytes;
  }
}

/** A run's folder that has been evaluated; one of its files is damaged. */
async function runRecord(): Promise<Subject> {
  const folder = await temporaryFolder();
  const run = new RunFolder(folder.path);
  const checkpoint = join(run.checkpointFolder, "student.safetensors");
  await Deno.mkdir(run.checkpointFolder);
  const lines = (values: readonly unknown[]) =>
    new TextEncoder().encode(values.map((value) => JSON.stringify(value) + "\n").join(""));
  const step = { step: 1, phase: "linear", epoch: 1, loss: 0.5, imagesPerSecond: 10 };
  const config = { degradation: { strategy: "MAE" }, dataset: { a: [1] }, cache: { grid: [2, 2] } };
  const files: Record<string, Uint8Array> = {
    [run.evaluationFile]: text({ ...evaluation, checkpoint }),
    [run.imageScoresFile]: lines(
      ["a", "b", "c", "d", "e", "f"].map((path, i) => imageScores(path, i / 6)),
    ),
    [run.configFile]: text(config),
    [run.metricsFile]: lines([step, { ...step, step: 2, phase: "ft" }]),
  };
  for (const [path, bytes] of Object.entries(files)) await Deno.writeFile(path, bytes);
  return {
    corpus: Object.entries(files).map(([name, bytes]) => ({ name, bytes })),
    mutate: ({ name, bytes }, random) =>
      name.endsWith("l") ? mutateJsonLines(bytes, random) : mutateJsonBytes(bytes, random),
    read: async ({ name, bytes }) => {
      await Deno.writeFile(name, bytes);
      try {
        const record = await readRunRecord(checkpoint, { evaluationDir: folder.path });
        await startRun(run, { config: record.config ?? {}, resume: true, overwrite: false });
        return summary(record);
      } finally {
        for (const [path, whole] of Object.entries(files)) await Deno.writeFile(path, whole);
      }
    },
    close: () => folder[Symbol.asyncDispose](),
  };
}
