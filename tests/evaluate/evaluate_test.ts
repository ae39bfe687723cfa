import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { photoPathsSha256 } from "../../lib/cache/photos.ts";
import { splitImages } from "../../lib/dataset/split.ts";
import { viewPhotos } from "../../lib/dataset/student_view.ts";
import { evaluate, type EvaluateOptions } from "../../lib/evaluate/evaluate.ts";
import { measureNames, measures, scoreMap } from "../../lib/evaluate/measures.ts";
import { centredGaussian } from "../../lib/evaluate/baselines.ts";
import type { ScoredPhoto } from "../../lib/evaluate/scored_photo.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { preprocessImage } from "../../lib/image/preprocess.ts";
import { parseJson } from "../../lib/files/json.ts";
import { sha256OfFile } from "../../lib/files/sha256.ts";
import { evaluationSchema } from "../../lib/run/evaluation_schema.ts";
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

const context = {
  grid: [2, 3],
  imageSize: [32, 48],
  prior: centredGaussian([2, 3]),
} as const;

/** Names of predictors and measures are texts in files. */
type Scores = Readonly<Record<string, number>>;

const scoresOf = (map: Float32Array, path: string) =>
  scoreMap(map, divideByMaximum(oneHotMap(path)), context);

const meansOf = (scores: Readonly<Record<string, { mean: number }>>) =>
  Object.fromEntries(Object.entries(scores).map(([name, { mean }]) => [name, mean]));

function assertScores(actual: Scores, expected: Scores, tolerance = 1e-6): void {
  assert.deepEqual(Object.keys(actual), Object.keys(expected));
  assertClose(Object.values(actual), Object.values(expected), { tolerance });
}

/** What the student predicts of one photo at a time, decoded and prepared here. */
async function predictAlone(path: string, { checkpointPath, seed = 0 }: EvaluateOptions) {
  const { student, description } = await openStudent(checkpointPath);
  const fixture = photos.find(([photo]) => photo === path)![1];
  const { data: pixels } = preprocessImage(
    await decodeImage(readFixture(fixture)),
    description.view,
  );
  const { images, visible } = viewPhotos(
    [{ data: pixels, maskKey: [seed, "evaluate", path] }],
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
    const { summary: { scores, differences } } = await evaluate(place.options);
    // 0.5 everywhere beside a one-hot map: uniform p, and q = 1 at one of six patches
    const { ig, peakDistance, ...student } = meansOf(scores.student);
    assertScores(student, {
      ...{ cc: 0, sim: 1 / 6, kl: Math.log(6), nss: 0, auc5: 0.5, auc10: 0.5, auc20: 0.5 },
      ...{ spearman: 0, topRecall: 1 / 6, bce: Math.LN2, meanAbsoluteError: 0.5 },
    });
    assert(Number.isFinite(ig) && peakDistance >= 8, `${ig} bits, ${peakDistance} pixels`);
    // which is the uniform map, so that nothing differs
    assertScores(meansOf(scores.uniform), meansOf(scores.student));
    for (const measure of measureNames) {
      assert.deepEqual([differences.uniform[measure].mean, differences.uniform[measure].pValue], [
        0,
        1,
      ]);
    }
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
        for (const { path, scores: { student } } of perImage) {
          const map = await predictAlone(path, place.options);
          assertScores(student, scoresOf(map, path), 1e-4);
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
    for (const { path, scores: { meanMap } } of perImage) {
      assertScores(meanMap, scoresOf(mean, path));
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

  testOnce("evaluate() refuses a photo whose file is another than the cache's", async () => {
    await using place = await workplace();
    const file = join(place.options.datasetPath, heldOut[0]);
    await Deno.writeFile(file, Uint8Array.of(0), { append: true });
    await assert.rejects(evaluate(place.options), (error: Error) => {
      assert.ok(
        error.message.startsWith(`Cannot load photo: ${file} has changed since the cache's`),
      );
      return true;
    });
    await Deno.remove(file);
    await assert.rejects(evaluate(place.options), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot load photo: ${file} is gone, expected the file`));
      return true;
    });
  });

  testOnce("evaluate() gives the means of its photos' scores, which files can hold", async () => {
    await using place = await workplace();
    const { summary, perImage } = await evaluate(place.options);
    assert.deepEqual(parseJson(JSON.stringify(summary), evaluationSchema), summary);
    for (const { name } of summary.predictors) {
      const scores = perImage.map((image) => image.scores[name]);
      const means = measureNames.map((measure) => [
        measure,
        scores.reduce((sum, score) => sum + score[measure], 0) / scores.length,
      ]);
      assertScores(meansOf(summary.scores[name]), Object.fromEntries(means), 1e-12);
      assert(scores.flatMap(Object.values<number>).every(Number.isFinite));
    }
    const { gaussian, meanMap } = summary.scores;
    assert.notDeepEqual(gaussian, meanMap);
  });

  testOnce("evaluate() says what it has scored", async () => {
    await using place = await workplace();
    const { scores: _, differences: __, predictors, glimpses, ...rest } =
      (await evaluate(place.options)).summary;
    assert.deepEqual(
      predictors.map(({ name, kind }) => [name, kind]),
      [
        ["student", "student"],
        ...["uniform", "gaussian", "meanMap", "otherImage", "untrained"].map((it) => [
          it,
          "baseline",
        ]),
      ],
    );
    const covered = Object.entries(glimpses!.byPredictor);
    assert.deepEqual(
      covered.map(([name]) => name),
      ["teacher", "student", "gaussian", "meanMap", "random"],
    );
    for (const [, { points }] of covered) { // all six patches, whatever their order
      assert.deepEqual(points.slice(5).map(({ mean }) => mean), [1, 1, 1, 1, 1]);
    }
    assert.equal(glimpses!.byPredictor.teacher.area.mean, 1); // all of it lies at one patch
    assert.deepEqual(rest, {
      version: 1,
      datasetPath: place.options.datasetPath,
      rolloutDir: place.options.rolloutDir,
      seed: 7,
      measures,
      seenShare: 8 * 12 / (32 * 48),
      checkpoint: place.options.checkpointPath,
      checkpointSha256: await sha256OfFile(place.options.checkpointPath),
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
      for (const [i, { path, scores }] of perImage.entries()) {
        assert.equal(path, expected.perImage[i].path);
        for (const [name, score] of Object.entries(scores)) {
          assertScores(score, expected.perImage[i].scores[name], 1e-4);
        }
      }
    }
  });

  testOnce("evaluate() hides patches by the seed", async () => {
    await using place = await workplace({ degradation: { strategy: "MAE", maskRatio: 0.75 } });
    const expected = await evaluate(place.options);
    assert.deepEqual(await evaluate(place.options), expected);
    const other = await evaluate({ ...place.options, seed: 8 });
    const scoresOfEach = (name: string, { perImage } = expected) =>
      perImage.map(({ scores }) => scores[name]);
    for (const name of ["student", "otherImage", "untrained"]) {
      assert.notDeepEqual(scoresOfEach(name, other), scoresOfEach(name), name);
    }
    assert.deepEqual(scoresOfEach("meanMap", other), scoresOfEach("meanMap"));
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
      for (const [name, scores] of Object.entries(perImage[i].scores)) {
        assertScores(scores, scoreMap(maps[name], teacherMap, context));
      }
      assert.deepEqual(maps.uniform, new Float32Array(6).fill(0.5));
      const others = training.map((other) => divideByMaximum(oneHotMap(other)).join());
      assert(others.includes(maps.otherImage.join()), `${maps.otherImage}`);
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

  testOnce("evaluate() names a student that says NaN", async () => {
    await using place = await workplace({
      change: ({ projection: { bias } }) =>
        tf.tidy(() => void bias.assign(tf.fill(bias.shape, NaN))),
    });
    await assert.rejects(evaluate(place.options), {
      message: /^Cannot evaluate: student's map of .+ holds NaN, expected finite numbers; .*--lr$/,
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
