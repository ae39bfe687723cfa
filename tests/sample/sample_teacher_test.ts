/**
 * The teacher that ships with the project looks where it should.
 */
import assert from "node:assert/strict";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { type Scene, sceneAt } from "../../lib/dataset/scenes.ts";
import { loadPretrained } from "../../lib/model/model_source.ts";
import { createTeacher } from "../../lib/teacher/teacher.ts";
import { testWith } from "../support/permissions.ts";

/** Training drew its scenes from seed 0, the shipped ones come from seed 1. */
const unseenSeed = 1_000_003;
const unseenScenes = 500;
const batchSize = 50;

testWith(
  ["read"],
  "the sample teacher's rollout peaks on the object in 75 % of unseen scenes",
  async () => {
    await openBackend("wasm");
    const folder = new URL("../../data/sample/teacher", import.meta.url).pathname;
    const { model, description } = await loadPretrained({
      model: `local-dir:${folder}`,
      weightsDir: folder,
    });
    const teacher = createTeacher(model, {
      preprocessing: description.preprocessing,
      rollout: { mode: "paper", headFusion: "mean", discardRatio: 0.95 },
    });
    let hits = 0;
    for (let first = 0; first < unseenScenes; first += batchSize) {
      const scenes = Array.from(
        { length: batchSize },
        (_, i) => sceneAt(first + i, { seed: unseenSeed }),
      );
      const maps = await teacher.maps(scenes.map(({ image }) => image));
      const size = maps.length / batchSize;
      hits += scenes.filter((scene, i) =>
        isPeakOnObject(maps.subarray(i * size, (i + 1) * size), scene, teacher.grid)
      ).length;
    }
    model.dispose();
    assert(hits >= 0.75 * unseenScenes, `${hits} of ${unseenScenes} peaks fall on the object`);
  },
);

/** Whether at least half of the peak's patch is the object's. */
function isPeakOnObject(
  map: Float32Array,
  { object, image }: Scene,
  [gridHeight, gridWidth]: readonly [number, number],
): boolean {
  const peak = map.indexOf(map.reduce((a, b) => Math.max(a, b)));
  const [height, width] = [image.height / gridHeight, image.width / gridWidth];
  const [top, left] = [Math.floor(peak / gridWidth) * height, (peak % gridWidth) * width];
  let covered = 0;
  for (let row = top; row < top + height; row++) {
    const start = row * image.width + left;
    covered += object.mask.subarray(start, start + width).reduce((a, b) => a + b, 0);
  }
  return covered >= height * width / 2;
}
