/**
 * Whole trainings: checkpoints, records, interruption and resumption.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { trainStudent, type TrainStudentOptions } from "../../lib/train/train_student.ts";
import { readSafetensors } from "../../lib/weights/safetensors.ts";
import { backendObstacle } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { filesObstacle, testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline, tinyArgs, type TinyPipeline } from "../support/tiny_pipeline.ts";

let pipeline: TinyPipeline;
if (!filesObstacle) {
  Deno.test.beforeAll(async () => {
    await openBackend("wasm");
    pipeline = await makeTinyPipeline();
  });
  Deno.test.afterAll(() => Deno.remove(pipeline.root, { recursive: true }));
}

function runOf(name: string, changes: Partial<TrainStudentOptions> = {}): TrainStudentOptions {
  return { ...pipeline.options, runDir: join(pipeline.root, name), ...changes };
}

/** Every tensor of a checkpoint, as bytes that can be compared. */
async function weightsOf(path: string): Promise<Record<string, number[]>> {
  const { tensors } = await readSafetensors(path);
  return Object.fromEntries(
    [...tensors].map(([key, { data }]) => [key, Array.from(data as Float32Array)]),
  );
}

/** Trains until `steps` steps are taken, then interrupts as Ctrl-C does. */
async function trainUntil(steps: number, options: TrainStudentOptions) {
  const interruption = new AbortController();
  return await trainStudent({
    ...options,
    signal: interruption.signal,
    onProgress: ({ step }) => {
      if (step === steps) interruption.abort();
    },
  });
}

testWithFiles("trainStudent() writes a checkpoint an epoch, the record and the curve", async () => {
  const before = tf.memory().numTensors;
  const options = runOf("whole");
  const seen: number[] = [];
  const result = await trainStudent({ ...options, onProgress: ({ step }) => seen.push(step) });
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert(result.complete);
  const run = new RunFolder(options.runDir);
  const names = (await Array.fromAsync(Deno.readDir(run.checkpointFolder))).map(({ name }) => name);
  assert.deepEqual(names.sort(), [
    "state.safetensors",
    "student-vit_tiny_patch16_224-epoch1-ft.safetensors",
    "student-vit_tiny_patch16_224-epoch1.safetensors",
    "student-vit_tiny_patch16_224-epoch2-ft.safetensors",
  ]);
  assert.equal(await run.newestCheckpoint(), result.checkpoint);
  const lines = (await Deno.readTextFile(run.metricsFile)).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line).step), seen);
  const [signature] = new Uint32Array((await Deno.readFile(run.lossCurveFile)).slice(0, 4).buffer);
  assert.equal(signature, 0x474e5089, "loss.png is a PNG");
  assert.equal(tf.memory().numTensors, before, "no tensor is left");
});

testWithFiles("trainStudent() keeps the number of tensors level from step to step", async () => {
  const counts: number[] = [];
  await trainStudent({
    ...runOf("level"),
    onProgress: () => counts.push(tf.memory().numTensors),
  });
  const ofPhase = (first: number, last: number) => new Set(counts.slice(first, last)).size;
  // the last step of an epoch has no next batch loaded, so two counts alternate
  assert(ofPhase(0, 3) <= 2 && ofPhase(3, 9) <= 2, `counts are ${counts}`);
});

testWithFiles("trainStudent() leaves the base frozen in the first phase", async () => {
  const options = runOf("frozen");
  await trainStudent(options);
  const checkpoint = (epoch: number, phase: "linear" | "ft") =>
    weightsOf(
      new RunFolder(options.runDir).checkpointFile({
        model: "vit_tiny_patch16_224",
        phase,
        epoch,
      }),
    );
  const teacher = await weightsOf(join(pipeline.root, "teacher", "model.safetensors"));
  const frozen = await checkpoint(1, "linear");
  const tuned = await checkpoint(2, "ft");
  for (const [key, values] of Object.entries(teacher)) {
    assert.deepEqual(frozen[`model.${key}`], values, key);
  }
  assert.notDeepEqual(
    tuned["model.blocks.0.attn.qkv.weight"],
    frozen["model.blocks.0.attn.qkv.weight"],
  );
});

// The next step is under way when a step is reported, unless the epoch is over.
for (const [steps, last] of [[1, 2], [3, 3], [4, 5], [6, 6], [7, 8]]) {
  testWithFiles(
    `trainStudent() interrupted after step ${steps} and resumed ends at the same weights`,
    async () => {
      const whole = await trainStudent(runOf(`uninterrupted-${steps}`));
      const options = runOf(`interrupted-${steps}`);
      const part = await trainUntil(steps, options);
      assert.equal(part.complete, false);
      assert.equal(part.steps, last);
      const rest = await trainStudent({ ...options, resume: true });
      assert(rest.complete);
      assert.deepEqual(await weightsOf(rest.checkpoint!), await weightsOf(whole.checkpoint!));
      const steps_ = (await Deno.readTextFile(new RunFolder(options.runDir).metricsFile)).trimEnd();
      assert.deepEqual(
        steps_.split("\n").map((line) => JSON.parse(line).step),
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
      );
    },
  );
}

testWithFiles(
  "trainStudent() gives the same weights for the same seed, others for another",
  async () => {
    const weights = async (name: string, seed: number) => {
      const training = { ...pipeline.options.training, seed };
      return await weightsOf((await trainStudent(runOf(name, { training }))).checkpoint!);
    };
    const first = await weights("seed-a", 5);
    assert.deepEqual(await weights("seed-b", 5), first);
    assert.notDeepEqual(await weights("seed-c", 6), first);
  },
);

const gpuObstacle = filesObstacle ?? backendObstacle("webgpu");
Deno.test({
  name: `trainStudent() on WebGPU takes the steps that wasm takes${
    gpuObstacle ? ` — skipped: ${gpuObstacle}` : ""
  }`,
  ignore: gpuObstacle !== undefined,
  fn: async () => {
    const losses = async (backend: "wasm" | "webgpu") => {
      await openBackend(backend);
      const seen: number[] = [];
      await trainStudent({ ...runOf(backend), onProgress: ({ loss }) => seen.push(loss) });
      return seen;
    };
    const actual = await losses("webgpu");
    assertClose(actual, await losses("wasm"), { tolerance: 1e-3, label: "loss" });
  },
});

testWithFiles("trainStudent() learns: the loss falls", async () => {
  const losses: number[] = [];
  const training = {
    ...pipeline.options.training,
    linearLayerEpochs: 30,
    ftEpochs: 0,
    augment: false,
  };
  await trainStudent({
    ...runOf("learns", { training }),
    onProgress: ({ loss }) => losses.push(loss),
  });
  assert(losses.at(-1)! < 0.9 * losses[0], `from ${losses[0]} to ${losses.at(-1)}`);
});

testWithFiles("trainStudent() refuses an existing run unless resumed or overwritten", async () => {
  const options = runOf("again");
  await trainStudent(options);
  await assert.rejects(trainStudent(options), /again holds a run already.*--resume.*--overwrite/);
  const training = { ...options.training, lr: 0.5 };
  await assert.rejects(
    trainStudent({ ...options, training, resume: true }),
    /lr was 0.01, is 0.5/,
  );
  assert((await trainStudent({ ...options, training, overwrite: true })).complete);
});

testWithFiles("trainStudent() trains masked students and students of the small image", async () => {
  const masked = await trainStudent(runOf("masked", {
    degradation: { strategy: "MAE", maskRatio: 0.5 },
  }));
  assert(masked.complete && Number.isFinite(masked.loss));
  const source = {
    ...pipeline.options.source,
    model: "vit_tiny_patch16_224",
    args: { ...tinyArgs, img_size: 16, patch_size: 4 },
  };
  const small = await trainStudent(runOf("small", { source, fromScratch: true }));
  assert(small.complete && Number.isFinite(small.loss));
});

testWithFiles("trainStudent() refuses a width that is not the base's", async () => {
  await assert.rejects(
    trainStudent(runOf("width", { studentOutDim: 1000 })),
    /--student-out-dim is 1000, expected 8/,
  );
});

testWithFiles(
  "trainStudent() refuses an MAE-pretrained base with DOWNSIZE, unless told",
  async () => {
    const folder = join(pipeline.root, "mae");
    await Deno.mkdir(folder);
    const config = JSON.parse(
      await Deno.readTextFile(join(pipeline.root, "teacher", "config.json")),
    );
    config.pretrained_cfg.tag = "mae";
    await Deno.writeTextFile(join(folder, "config.json"), JSON.stringify(config));
    await Deno.copyFile(
      join(pipeline.root, "teacher", "model.safetensors"),
      join(folder, "model.safetensors"),
    );
    const source = { ...pipeline.options.source, model: `local-dir:${folder}` };
    await assert.rejects(trainStudent(runOf("mae-run", { source })), /--allow-mae-downsize/);
    assert((await trainStudent(runOf("mae-run", { source, allowMaeDownsize: true }))).complete);
  },
);

testWithFiles(
  "trainStudent() warns of pixels beyond a whole patch, which no model sees",
  async () => {
    const source = {
      ...pipeline.options.source,
      model: "vit_tiny_patch16_224",
      args: { ...tinyArgs, img_size: 18, patch_size: 4 },
    };
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    await trainStudent(runOf("partial", { source, fromScratch: true, onWarning }));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /patches of 4 pixels do not fill its 18×18 image: the last 2 rows/);
  },
);

testWithFiles("trainStudent() names a photo that is gone since its map was made", async () => {
  const folder = await makeTinyPipeline();
  await Deno.remove(join(folder.options.datasetPath, "scene-00003.png"));
  await assert.rejects(trainStudent(folder.options), /scene-00003\.png/);
  await Deno.remove(folder.root, { recursive: true });
});

testWithFiles(
  "trainStudent() on the cache's pixels ends at the weights of the photos, which may be away",
  async () => {
    const fromPhotos = await trainStudent(runOf("from-photos"));
    const { root, options } = await makeTinyPipeline({ cacheImages: true });
    await Deno.remove(options.datasetPath, { recursive: true });
    for (const pixelCacheMb of [0, 10]) {
      const notes: (string | undefined)[] = [];
      const fromCache = await trainStudent({
        ...options,
        runDir: join(root, `run-${pixelCacheMb}`),
        pixelCacheMb,
        onStart: ({ pixels }) => notes.push(pixels),
      });
      assert.deepEqual(notes, ["reading pixels from the cache"]);
      assert.deepEqual(
        await weightsOf(fromCache.checkpoint!),
        await weightsOf(fromPhotos.checkpoint!),
      );
    }
    await Deno.remove(root, { recursive: true });
  },
);

testWithFiles(
  "trainStudent() refuses a degradation that leaves nothing to see, and leaves no run",
  async () => {
    const options = runOf("nothing-to-see");
    const factor = { strategy: "DOWNSIZE", factor: 65 } as const;
    await assert.rejects(trainStudent({ ...options, degradation: factor }), /expected at most 64/);
    const mask = { strategy: "MAE", maskRatio: 0.9 } as const; // of four patches
    await assert.rejects(
      trainStudent({ ...options, degradation: mask }),
      /expected at most 0\.750/,
    );
    await assert.rejects(Deno.stat(options.runDir), Deno.errors.NotFound);
  },
);

testWithFiles("trainStudent() refuses a training of no epochs", async () => {
  const training = { ...pipeline.options.training, linearLayerEpochs: 0, ftEpochs: 0 };
  await assert.rejects(trainStudent(runOf("no-epochs", { training })), /are both 0/);
});

testWithFiles(
  "trainStudent() leaves a student on Ctrl-C, until an epoch has come to its end",
  async () => {
    const options = runOf("student-on-ctrl-c");
    const run = new RunFolder(options.runDir);
    const part = await trainUntil(1, options);
    assert.equal(part.checkpoint, run.interruptedFile("vit_tiny_patch16_224"));
    assert.equal(await run.newestCheckpoint(), part.checkpoint);
    const rest = await trainStudent({ ...options, resume: true });
    assert.equal(await run.newestCheckpoint(), rest.checkpoint);
    await assert.rejects(Deno.stat(part.checkpoint!), Deno.errors.NotFound);
    const again = await trainStudent({ ...options, resume: true });
    assert.equal(again.checkpoint, rest.checkpoint, "a finished run still knows its student");
  },
);

testWithFiles("trainStudent() warns when there is nothing to resume", async () => {
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  await trainStudent(runOf("nothing-to-resume", { resume: true, onWarning }));
  assert.match(warnings[0], /holds nothing to resume/);
});
