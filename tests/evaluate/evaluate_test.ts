import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { photoPathsSha256 } from "../../lib/cache/photos.ts";
import { splitImages } from "../../lib/dataset/split.ts";
import { viewPhotos } from "../../lib/dataset/student_view.ts";
import { evaluate, type EvaluateOptions } from "../../lib/evaluate/evaluate.ts";
import { meanScores, scoreMap, type Scores } from "../../lib/evaluate/scores.ts";
import type { ScoredPhoto } from "../../lib/evaluate/scored_photo.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { preprocessImage } from "../../lib/image/preprocess.ts";
import { openStudent } from "../../lib/model/student_checkpoint.ts";
import { divideByMaximum } from "../../lib/rollout/divide_by_maximum.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { readFixture } from "../support/fixtures.ts";
import { assertClose } from "../support/numeric.ts";
import { filesObstacle, testWithFiles } from "../support/permissions.ts";
import { holdout, makeIndifferent, oneHotMap, photos, workplace } from "./evaluation_support.ts";

const { training, heldOut } = splitImages(photos.map(([path]) => path), holdout);

/** For what does not depend on the backend; it, too, fails on leaked tensors. */
const testOnce = (name: string, body: () => Promise<void>) =>
  testOnEveryBackend(name, body, { only: ["cpu"] });

function assertScores(actual: Scores, expected: Scores, tolerance = 1e-6): void {
  assert.deepEqual(Object.keys(actual), Object.keys(expected));
  assertClose(Object.values(actual), Object.values(expected), { tolerance });
}

/** What the student predicts of one photo at a time, decoded and prepared here. */
async function predictAlone(path: string, { checkpointPath, seed }: EvaluateOptions) {
  const { student, description } = await openStudent(checkpointPath);
  const fixture = photos.find(([photo]) => photo === path)![1];
  const { data: pixels } = preprocessImage(
    await decodeImage(readFixture(fixture)),
    description.view,
  );
  const { images, visible } = viewPhotos(
    [{ pixels, maskKey: [seed, "evaluate", path] }],
    description,
  );
  const map = student.predict(images, visible);
  const values = await map.data<"float32">();
  tf.dispose([images, visible ?? [], map]);
  student.dispose();
  return values;
}

if (filesObstacle) {
  testWithFiles("evaluate()", () => {}); // stands in for all of them
} else {
  testOnEveryBackend("evaluate() gives what is worked out by hand", async () => {
    await using place = await workplace({ change: makeIndifferent });
    const { metrics } = await evaluate(place.options);
    // 0.5 everywhere beside a one-hot map: uniform p, and q = 1 at one of six patches
    const student = { bce: Math.LN2, meanAbsoluteError: 0.5, cc: 0, sim: 1 / 6, kl: Math.log(6) };
    assertScores(metrics.student, student);
  });

  for (
    const degradation of [
      { strategy: "DOWNSIZE", factor: 4 },
      { strategy: "MAE", maskRatio: 0.75 },
    ] as const
  ) {
    testOnEveryBackend(
      `evaluate() scores what a ${degradation.strategy} student says of each held-out photo`,
      async () => {
        await using place = await workplace({ degradation });
        const { perImage } = await evaluate(place.options);
        assert.deepEqual(perImage.map(({ path }) => path), heldOut);
        for (const { path, student } of perImage) {
          const map = await predictAlone(path, place.options);
          assertScores(student, scoreMap(map, divideByMaximum(oneHotMap(path))), 1e-5);
        }
      },
    );
  }

  testOnce("evaluate() scores the mean map of the training photos beside it", async () => {
    await using place = await workplace();
    const { perImage } = await evaluate(place.options);
    const mean = new Float32Array(6);
    for (const path of training) {
      mean[photos.findIndex(([photo]) => photo === path) % 6] += 1 / training.length;
    }
    for (const { path, meanMap } of perImage) {
      assertScores(meanMap, scoreMap(mean, divideByMaximum(oneHotMap(path))));
    }
  });

  testOnce("evaluate() on the cache's pixels gives the same, without the photos", async () => {
    await using place = await workplace();
    await using cached = await workplace({ cacheImages: true });
    await Deno.remove(cached.options.datasetPath, { recursive: true });
    const notes: string[] = [];
    const { perImage } = await evaluate({
      ...cached.options,
      onPixels: (note) => notes.push(note),
    });
    assert.deepEqual(perImage, (await evaluate(place.options)).perImage);
    assert.deepEqual(notes, ["reading pixels from the cache"]);
  });

  testOnce("evaluate() gives the means of its photos' scores", async () => {
    await using place = await workplace();
    const evaluation = await evaluate(place.options);
    for (const predictor of ["student", "meanMap", "gaussian"] as const) {
      const scores = evaluation.perImage.map((image) => image[predictor]);
      assert.deepEqual(evaluation.metrics[predictor], meanScores(scores));
      assert(Object.values(scores[0]).every(Number.isFinite));
    }
    const { gaussian } = evaluation.metrics;
    assert.notDeepEqual(gaussian, evaluation.metrics.meanMap);
  });

  testOnce("evaluate() says what it has scored", async () => {
    await using place = await workplace();
    const { metrics: _, perImage: __, ...rest } = await evaluate(place.options);
    assert.deepEqual(rest, {
      checkpoint: place.options.checkpointPath,
      photos: heldOut.length,
      trainingPhotos: training.length,
      holdout,
      datasetSha256: photoPathsSha256(photos.map(([path]) => path).toSorted()),
      grid: [2, 3],
      view: "8×12 pixels of 32×48",
    });
  });

  testOnce("evaluate() does not depend on batches and workers", async () => {
    await using place = await workplace({ degradation: { strategy: "MAE", maskRatio: 0.5 } });
    const expected = await evaluate(place.options);
    for (const [batchSize, workers] of [[1, 2], [3, 1], [100, 2]]) {
      const { perImage } = await evaluate({ ...place.options, batchSize, workers });
      for (const [i, { path, student }] of perImage.entries()) {
        assert.equal(path, expected.perImage[i].path);
        assertScores(student, expected.perImage[i].student);
      }
    }
  });

  testOnce("evaluate() hides patches by the seed", async () => {
    await using place = await workplace({ degradation: { strategy: "MAE", maskRatio: 0.75 } });
    const expected = await evaluate(place.options);
    assert.deepEqual(await evaluate(place.options), expected);
    const other = await evaluate({ ...place.options, seed: 8 });
    assert.notDeepEqual(other.metrics.student, expected.metrics.student);
    assert.deepEqual(other.metrics.meanMap, expected.metrics.meanMap);
  });

  testOnce("evaluate() hands over each photo with every map, and waits", async () => {
    await using place = await workplace();
    const seen: ScoredPhoto[] = [];
    let running = 0;
    const onPhoto = async (photo: ScoredPhoto) => {
      assert.equal(++running, 1);
      await Promise.resolve();
      seen.push(photo);
      running--;
    };
    const { perImage } = await evaluate({ ...place.options, onPhoto });
    assert.deepEqual(seen.map(({ path }) => path), heldOut);
    for (const [i, { path, pixels, teacherMap, maps }] of seen.entries()) {
      assert.deepEqual([pixels.height, pixels.width], [32, 48]);
      assert.equal(pixels.data.length, 32 * 48 * 3);
      assert.deepEqual(teacherMap, divideByMaximum(oneHotMap(path)));
      assertScores(perImage[i].student, scoreMap(maps.student, teacherMap));
    }
  });

  testOnce("evaluate() tells how far it is", async () => {
    await using place = await workplace();
    const told: unknown[] = [];
    await evaluate({ ...place.options, onProgress: (progress) => told.push(progress) });
    const total = heldOut.length;
    const steps = Array.from(
      { length: Math.ceil(total / 2) },
      (_, i) => Math.min(total, 2 * i + 2),
    );
    assert.deepEqual(told, [0, ...steps].map((done) => ({ done, total })));
  });

  testOnce("evaluate() stops with the signal's reason before the next batch", async () => {
    await using place = await workplace();
    const stop = new AbortController();
    const reason = new Error("enough");
    const told: number[] = [];
    const onProgress = ({ done }: { done: number }) => {
      told.push(done);
      if (done > 0) stop.abort(reason);
    };
    const options = { ...place.options, batchSize: 1, signal: stop.signal, onProgress };
    await assert.rejects(evaluate(options), reason);
    assert.deepEqual(told, [0, 1]);
  });

  testOnce("evaluate() refuses a student of another grid or another crop", async () => {
    await using coarse = await workplace({ grid: [1, 3] });
    const { checkpointPath, rolloutDir } = coarse.options;
    await assert.rejects(evaluate(coarse.options), {
      name: "RangeError",
      message: `Cannot evaluate: the maps of ${rolloutDir} are not those that ${checkpointPath} ` +
        "predicts (grid (height, width): 2, 3 in the cache, 1, 3 asked), expected the cache that it " +
        "was trained on; name it with --rollout-dir",
    });
    await using wider = await workplace({ cropPct: 1 });
    await assert.rejects(evaluate(wider.options), {
      name: "RangeError",
      message: /\(crop percentage: 0\.9 in the cache, 1 asked\)/,
    });
  });

  testOnce("evaluate() refuses a share that leaves nothing to score or to average", async () => {
    await using place = await workplace();
    const { rolloutDir } = place.options;
    await assert.rejects(evaluate({ ...place.options, holdout: 0 }), {
      name: "Error",
      message: `Cannot evaluate: of the 7 photos of ${rolloutDir} a share of 0 holds out none, ` +
        "expected one to score; add photos and run precompute again, or use a greater --holdout",
    });
    await assert.rejects(evaluate({ ...place.options, holdout: 1 }), {
      name: "Error",
      message: /a share of 1 leaves none to train on, .*, or use a smaller --holdout$/,
    });
  });

  testOnce("evaluate() refuses impossible batch sizes", async () => {
    await using place = await workplace();
    for (const batchSize of [0, 1.5, NaN]) {
      await assert.rejects(evaluate({ ...place.options, batchSize }), {
        name: "RangeError",
        message: `Cannot evaluate: batchSize is ${batchSize}, expected a positive integer`,
      });
    }
  });

  testOnce("evaluate() names a photo that has gone or is damaged since", async () => {
    await using place = await workplace();
    const file = join(place.options.datasetPath, heldOut.at(-1)!);
    const namesIt = (error: Error) => error.message.includes(file);
    await Deno.writeFile(file, new Uint8Array([1, 2, 3]));
    await assert.rejects(evaluate({ ...place.options, batchSize: 1 }), namesIt);
    await Deno.remove(file);
    await assert.rejects(evaluate(place.options), namesIt);
  });

  testOnce("evaluate() names what is no cache and what is no student", async () => {
    await using place = await workplace();
    const { datasetPath } = place.options;
    await assert.rejects(evaluate({ ...place.options, rolloutDir: datasetPath }), {
      message: /holds no manifest\.json/,
    });
    const checkpointPath = join(datasetPath, photos[0][0]);
    await assert.rejects(evaluate({ ...place.options, checkpointPath }), {
      name: "SyntaxError",
      message: new RegExp(photos[0][0].replace(".", "\\.")),
    });
  });
}
