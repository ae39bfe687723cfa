import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { initialModel } from "../../lib/model/model_source.ts";
import { Random } from "../../lib/random/random.ts";
import { trainClassifier } from "../../lib/train/train_classifier.ts";
import { describeSceneClassifier } from "../../lib/train/train_scene_classifier.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { tinyArgs } from "../support/tiny_pipeline.ts";

/** A picture of one of two greys. */
function example(index: number) {
  const label = index % 2;
  return { image: { data: new Uint8Array(64 * 64 * 3).fill(label ? 200 : 50) }, label };
}

testOnEveryBackend(
  "trainClassifier() learns to tell two greys apart, the same each time",
  async () => {
    const { config, preprocessing } = describeSceneClassifier("hue", tinyArgs);
    const run = async () => {
      const model = initialModel(config, Random.from("greys"));
      const losses: number[] = [];
      const before = tf.memory().numTensors;
      await trainClassifier(model, {
        example,
        steps: 80,
        batchSize: 4,
        lr: 5e-3,
        normalisation: preprocessing,
        onStep: (_, { loss }) => void losses.push(loss),
      });
      assert.equal(tf.memory().numTensors, before, "no tensor is left");
      model.dispose();
      return losses;
    };
    const losses = await run();
    assert(Math.abs(losses[0] - Math.log(8)) < 0.3, `eight classes, equally likely: ${losses[0]}`);
    const guessing = Math.log(2); // what knowing the two classes, but not telling them apart, comes to
    assert(losses.at(-1)! < guessing / 4, `it ends at ${losses.at(-1)}`);
    assert.deepEqual(await run(), losses);
  },
  { only: ["wasm"] },
);

testOnEveryBackend(
  "trainClassifier() hears a signal between its steps",
  async () => {
    const { config, preprocessing } = describeSceneClassifier("hue", tinyArgs);
    const model = initialModel(config, Random.from("greys"));
    const interruption = new AbortController();
    const timer = setTimeout(() => interruption.abort(new Error("enough")), 1);
    let steps = 0;
    const training = trainClassifier(model, {
      ...{ example, steps: 500, batchSize: 4, lr: 5e-3, normalisation: preprocessing },
      signal: interruption.signal,
      onStep: () => void steps++,
    });
    await assert.rejects(training, /enough/);
    assert(steps < 500, `${steps}`);
    clearTimeout(timer);
    model.dispose();
  },
  { only: ["wasm"] },
);
