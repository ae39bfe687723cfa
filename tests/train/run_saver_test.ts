/**
 * What a killed training leaves, and how it goes on from there.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { trainStudent, type TrainStudentOptions } from "../../lib/train/train_student.ts";
import { readSafetensors } from "../../lib/weights/safetensors.ts";
import { testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** Makes a pipeline for one test. */
async function withPipeline(body: (options: TrainStudentOptions) => Promise<void>) {
  await openBackend("wasm");
  const { root, options } = await makeTinyPipeline();
  try {
    await body(options);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Trains until a step is reported, and fails there, as a crash would end it. */
async function crashAt(at: number, options: TrainStudentOptions): Promise<void> {
  const onProgress = ({ step }: { step: number }) => {
    if (step === at) throw new Error("the power fails");
  };
  await assert.rejects(trainStudent({ ...options, onProgress }), /the power fails/);
}

for (const [crashed, position] of [[2, [0, 1]], [5, [1, 1]], [8, [2, 1]]] as const) {
  testWithFiles(
    `trainStudent() with saveEvery, crashed at step ${crashed}, goes on from the step before`,
    async () =>
      await withPipeline(async (options) => {
        const whole = await trainStudent(options);
        const broken = { ...options, runDir: join(options.runDir, "..", "broken"), saveEvery: 0 };
        await crashAt(crashed, broken);
        const run = new RunFolder(broken.runDir);
        const { metadata } = await readSafetensors(run.stateFile);
        const { epochs, batches } = JSON.parse(metadata.position);
        assert.deepEqual([epochs, batches], position);
        const seen: number[] = [];
        const onProgress = ({ step }: { step: number }) => void seen.push(step);
        const rest = await trainStudent({ ...broken, resume: true, onProgress });
        assert.equal(seen[0], crashed);
        const [expected, actual] = await Promise.all(
          [whole, rest].map(({ checkpoint }) => readSafetensors(checkpoint!)),
        );
        assert.deepEqual(actual.tensors, expected.tensors);
      }),
  );
}

testWithFiles(
  "trainStudent() saves before anything else that the student of an interruption is out of date",
  async () =>
    await withPipeline(async (options) => {
      const run = new RunFolder(options.runDir);
      const interruption = new AbortController();
      await trainStudent({
        ...options,
        signal: interruption.signal,
        onProgress: () => interruption.abort(),
      });
      const interrupted = run.interruptedFile("vit_tiny_patch16_224");
      const epoch1 = run.checkpointFile({
        model: "vit_tiny_patch16_224",
        phase: "linear",
        epoch: 1,
      });
      await Deno.remove(run.lossCurveFile);
      await Deno.mkdir(run.lossCurveFile); // what is written between checkpoint and state fails
      await assert.rejects(trainStudent({ ...options, resume: true }));
      assert.equal(await run.newestCheckpoint(), epoch1);
      await assert.rejects(Deno.stat(interrupted), Deno.errors.NotFound);
      await Deno.remove(run.lossCurveFile);
      assert((await trainStudent({ ...options, resume: true })).complete);
    }),
);

testWithFiles(
  "trainStudent() stops when its folder is removed, and does not make it again",
  async () =>
    await withPipeline(async (options) => {
      const removed = trainStudent({
        ...options,
        onProgress: ({ step }) => {
          if (step === 1) Deno.removeSync(options.runDir, { recursive: true });
        },
      });
      await assert.rejects(
        removed,
        /^Error: Cannot save to .*config\.json is gone, .*--resume, or train anew$/,
      );
      await assert.rejects(Deno.stat(options.runDir), Deno.errors.NotFound);
      assert((await trainStudent(options)).complete);
    }),
);

testWithFiles(
  "trainStudent() removes what a killed training was writing, no more",
  async () =>
    await withPipeline(async (options) => {
      await trainStudent(options);
      const { path, checkpointFolder } = new RunFolder(options.runDir);
      const left = (name: string) => `.${name}.${crypto.randomUUID()}.tmp`;
      const half = [
        join(path, left("metrics.jsonl")),
        join(path, left("loss.png")),
        join(checkpointFolder, left("state.safetensors")),
        join(checkpointFolder, left("student-x-epoch1-ft.safetensors")),
      ];
      const others = [join(path, left("evaluation.json")), join(path, ".loss.png.mine.tmp")];
      for (const file of [...half, ...others]) await Deno.writeTextFile(file, "half");
      await trainStudent({ ...options, resume: true });
      for (const file of half) await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
      for (const file of others) assert((await Deno.stat(file)).isFile);
    }),
);
