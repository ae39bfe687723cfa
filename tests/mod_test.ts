/**
 * What somebody builds on: several models, students and caches at once, none of which knows of the others.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  loadPretrained,
  openBackend,
  openStudent,
  openTeacher,
  precomputeDataset,
  predictMaps,
  readPhoto,
  type RgbImage,
  RolloutCache,
  type StudentCheckpoint,
} from "../mod.ts";
import { strategyViewOf } from "../lib/dataset/strategy_views.ts";
import { assertClose } from "./support/numeric.ts";
import { filesObstacle, testWithFiles } from "./support/permissions.ts";
import { testInFolder } from "./support/temporary_folder.ts";

const sample = "data/sample";
const teacherSource = { model: `local-dir:${sample}/teacher` };
const photo = `${sample}/images/scene-00000.png`;
if (!filesObstacle) await openBackend("wasm");

async function mapOf(student: StudentCheckpoint): Promise<Float32Array> {
  const { image } = await readPhoto(photo, { preprocessing: student.description.view });
  const [map] = await predictMaps([image], student);
  return map;
}

async function mapAlone(name: string): Promise<Float32Array> {
  using student = await openStudent(`${sample}/students/${name}.safetensors`);
  return await mapOf(student);
}

testWithFiles(
  "two students open at once say what each says alone, and outlive each other",
  async () => {
    const names = ["pixelating", "masked"];
    const alone = [await mapAlone(names[0]), await mapAlone(names[1])];
    const before = tf.memory().numTensors;
    const open = (name: string) => openStudent(`${sample}/students/${name}.safetensors`);
    using second = await open(names[1]);
    {
      using first = await open(names[0]);
      const together = await Promise.all([mapOf(first), mapOf(second)]);
      assert.deepEqual(together, alone);
    }
    assert.deepEqual(await mapOf(second), alone[1]);
    second[Symbol.dispose]();
    assert.equal(tf.memory().numTensors, before);
  },
);

testWithFiles(
  "two teachers with other rollouts open at once do not disturb each other",
  async () => {
    const rollouts = [
      { mode: "paper", headFusion: "mean", discardRatio: 0.95 },
      { mode: "vit-explain", headFusion: "max", discardRatio: 0 },
    ] as const;
    const map = async (rollout: typeof rollouts[number], image: RgbImage) => {
      using teacher = await openTeacher(teacherSource, { rollout, workers: 1 });
      return await teacher.maps([image]);
    };
    using paper = await openTeacher(teacherSource); // in workers, the paper's rollout when not told
    const { image } = await readPhoto(photo, paper);
    const [first, second] = await Promise.all(rollouts.map((rollout) => map(rollout, image)));
    assert.notDeepEqual(first, second);
    assertClose(await paper.maps([image]), first, { tolerance: 1e-6 });
  },
);

testInFolder("two caches open at once give each its own maps", async (folder) => {
  const [datasetPath, rolloutDir] = [join(folder, "images"), join(folder, "rollouts")];
  await Deno.mkdir(datasetPath);
  await Deno.copyFile(photo, join(datasetPath, "a.png"));
  const rollout = { mode: "vit-explain", headFusion: "mean", discardRatio: 0 } as const;
  await precomputeDataset({
    source: teacherSource,
    datasetPath,
    rolloutDir,
    rollout,
    modelWorkers: 1,
  });
  using shipped = await RolloutCache.open(`${sample}/rollouts`);
  using own = await RolloutCache.open(rolloutDir);
  const [there, here] = await Promise.all([
    shipped.readMap("scene-00000.png"),
    own.readMap("a.png"),
  ]);
  assert.equal(there.length, here.length);
  assert.notDeepEqual(there, here);
  own.close();
  assert.deepEqual(await shipped.readMap("scene-00000.png"), there);
});

testWithFiles("a model loaded twice is two models", async () => {
  const [first, second] = [
    await loadPretrained(teacherSource),
    await loadPretrained(teacherSource),
  ];
  first.model.dispose();
  const [weight] = second.model.parameters.values();
  assert.equal((await weight.data()).length, weight.size);
  second.model.dispose();
});

testWithFiles("a student predicts no maps of no photos", async () => {
  using student = await openStudent(`${sample}/students/masked.safetensors`);
  assert.deepEqual(await predictMaps([], student), []);
});

Deno.test("a strategy that nobody knows is named", () => {
  const degradation = { strategy: "NONE" } as never;
  assert.throws(() => strategyViewOf(degradation), {
    name: "RangeError",
    message: /^Cannot degrade photos: strategy is NONE, expected one of DOWNSIZE, /,
  });
});
