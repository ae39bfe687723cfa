import assert from "node:assert/strict";
import { trainTask } from "../../lib/config/task_schemas.ts";
import { completeOptions } from "../../lib/train/train_student_options.ts";

const asked = {
  source: { model: "deit_tiny_patch16_224" },
  degradation: { strategy: "DOWNSIZE", factor: 5 },
  datasetPath: "images",
  rolloutDir: "rollouts",
  runDir: "run",
} as const;

Deno.test("completeOptions() means by silence what the command line means", () => {
  const { training, ...options } = completeOptions(asked);
  const usual: Record<string, unknown> = trainTask.schema.parse({});
  for (const [name, value] of Object.entries({ ...options, ...training })) {
    if (!(name in asked)) assert.deepEqual(value, usual[name], name);
  }
  assert.equal(Object.keys({ ...options, ...training }).length, Object.keys(asked).length + 13);
});

Deno.test("completeOptions() leaves what is said, and completes a training of which some is said", () => {
  const options = completeOptions({ ...asked, workers: 7, training: { lr: 0.5 } });
  assert.deepEqual(
    [options.workers, options.training.lr, options.training.batchSize],
    [7, 0.5, 32],
  );
});

Deno.test("completeOptions() refuses what the command line refuses", () => {
  const impossible = { lr: -1, batchSize: 1.5, holdout: 2, seed: -1, ftEpochs: NaN };
  for (const [name, value] of Object.entries(impossible)) {
    assert.throws(() => completeOptions({ ...asked, training: { [name]: value } }), {
      name: "RangeError",
      message: new RegExp(`^Cannot train: ${name} is ${value}, expected .`),
    });
  }
});
