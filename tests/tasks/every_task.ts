/**
 * Every task beside flags with which it works, fails and takes long, on a tiny pipeline.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** One task as the tests use it. */
export interface TaskCase {
  readonly name: string;
  /** Flags with which it does its work in a second or two; none for tasks that take longer. */
  readonly works?: readonly string[];
  /** Flags with which it fails after the command line has been understood. */
  readonly fails: readonly string[];
  /** Flags with which it takes so long that a signal finds it at work. */
  readonly lasts: readonly string[];
}

const sample = new URL("../../data/sample/", import.meta.url);

/** A folder with photos, a cache and a teacher, and cases in an order in which each finds what it needs. */
export async function everyTask(): Promise<{ root: string; cases: readonly TaskCase[] }> {
  await openBackend("wasm");
  const { root, options } = await makeTinyPipeline({ photos: 12 });
  const { datasetPath, rolloutDir, runDir, source: { model } } = options;
  const config = join(root, "config.json");
  const training = { ftEpochs: 1, batchSize: 4, downsamplingFactor: 4, holdout: 0.5, workers: 1 };
  const again = { overwrite: true };
  const places = { datasetPath, rolloutDir, runDir, teacherModel: model, studentModel: model };
  const teacher = { discardRatio: 0, shardSize: 4, modelWorkers: 1 };
  const shared = { ...training, ...again, ...places, ...teacher, backend: "wasm", count: 2 };
  await Deno.writeTextFile(config, JSON.stringify(shared));
  await Deno.writeTextFile(join(root, "file"), "");
  const nowhere = `--dataset-path=${join(root, "nowhere")}`;
  const within = (flag: string, ...names: string[]) => `${flag}=${join(root, ...names)}`;
  const blocked = within("--output-dir", "file", "folder");
  const grid = ["--strategies=DOWNSIZE", "--factors=4", `--student-models=${model}`];
  const tiny = "img_size=32,embed_dim=16,depth=1,num_heads=2,num_classes=4";
  const sizes = [`--teacher-args=${tiny}`, `--student-args=${tiny}`, "--python=no-such-python"];
  const photo = join(datasetPath, "scene-00001.png");
  const photos = Array(400).fill(photo);
  const all = `--config=${config}`;
  const sampleAt = (path: string) => fileURLToPath(new URL(path, sample));
  const ofSample = [
    `--dataset-path=${sampleAt("images")}`,
    `--rollout-dir=${sampleAt("rollouts")}`,
    `--checkpoint=${sampleAt("students/pixelating.safetensors")}`,
    "--backend=wasm",
  ];
  const cases = [
    {
      name: "precompute",
      works: [all, within("--rollout-dir", "fresh")],
      fails: [all, nowhere],
      lasts: [all, within("--rollout-dir", "long"), "--views=400"],
    },
    {
      name: "train",
      works: [all],
      fails: [all, within("--run-dir", "other"), nowhere],
      lasts: [all, within("--run-dir", "long-run"), "--ft-epochs=5000"],
    },
    {
      name: "evaluate",
      works: [all],
      fails: [all, within("--rollout-dir", "nowhere")],
      lasts: [...ofSample, "--faithfulness", "--holdout=0.75", within("--output-dir", "scores")],
    },
    { name: "report", works: [all], fails: [all, within("--run-dir", "nowhere")], lasts: [] },
    {
      name: "visualise",
      works: [all],
      fails: [all, within("--checkpoint", "nowhere.safetensors")],
      lasts: [all, ...photos],
    },
    {
      name: "glimpses",
      works: [all, photo],
      fails: [all, within("--checkpoint", "nowhere.safetensors")],
      lasts: [all, ...photos],
    },
    {
      name: "export",
      works: [all, "--formats=timm,npy", within("--output-dir", "export")],
      fails: [all, within("--checkpoint", "nowhere.safetensors"), within("--output-dir", "none")],
      lasts: [],
    },
    { name: "verify", works: [all], fails: [all, within("--rollout-dir", "nowhere")], lasts: [] },
    {
      name: "compare",
      works: [all, ...grid, within("--output-dir", "grid")],
      fails: [all, ...grid, blocked],
      lasts: [all, ...grid, within("--output-dir", "long-grid"), "--ft-epochs=5000"],
    },
    {
      name: "bench",
      works: [all, ...sizes, "--only=rollout", "--repeats=1"],
      fails: [all, ...sizes, "--only=rollout", within("--output", "file", "page.md")],
      lasts: [all, ...sizes, "--only=rollout", "--repeats=1000000"],
    },
    {
      name: "web",
      fails: [all, within("--checkpoint", "nowhere.safetensors")],
      lasts: ["--port=0"],
    },
    { name: "demo", fails: [blocked], lasts: [within("--output-dir", "demo")] },
    { name: "sample", fails: [blocked], lasts: [within("--output-dir", "sample")] },
  ];
  return { root, cases };
}
