import assert from "node:assert/strict";
import { join } from "node:path";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { initialModel, locateModel } from "../../lib/model/model_source.ts";
import { saveModel } from "../../lib/model/save_model.ts";
import { Random } from "../../lib/random/random.ts";
import { openTeacher } from "../../lib/teacher/open_teacher.ts";
import { createTeacher } from "../../lib/teacher/teacher.ts";
import { TeacherPool } from "../../lib/teacher/teacher_pool.ts";
import { describeSceneClassifier } from "../../lib/train/train_scene_classifier.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { describeWith } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { tinyArgs } from "../support/tiny_pipeline.ts";

const rollout = { mode: "paper", headFusion: "mean", discardRatio: 0.5 } as const;
const description = describeSceneClassifier("hue", tinyArgs);
const [height, width] = description.config.imageSize;

function photos(count: number): RgbImage[] {
  const random = Random.from("photos of the pool");
  return Array.from({ length: count }, () => ({
    width,
    height,
    data: Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 256)),
  }));
}

/** Runs a body on a saved random teacher, with the maps that it gives on this thread. */
async function withTeacher(
  body: (teacher: { folder: string; maps: Float32Array; images: RgbImage[] }) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  const model = initialModel(description.config, Random.from("pool"));
  await saveModel(folder.path, { model, description });
  const images = photos(11);
  const { preprocessing } = description;
  const maps = await createTeacher(model, { preprocessing, rollout }).maps(images);
  model.dispose();
  await body({ folder: folder.path, maps, images });
}

async function locate(folder: string) {
  return await locateModel({ model: `local-dir:${folder}`, weightsDir: join(folder, "none") });
}

describeWith(["read", "write"], "TeacherPool", () => {
  testOnEveryBackend("TeacherPool.maps() are one teacher's, however many workers", async () => {
    await withTeacher(async ({ folder, maps, images }) => {
      const located = await locate(folder);
      const byWorkers = [];
      for (const workers of [1, 3]) {
        using pool = new TeacherPool({ located, rollout, blas: "auto" }, { workers });
        assert.deepEqual(pool.grid, [2, 2]);
        assert.deepEqual(pool.preprocessing, description.preprocessing);
        byWorkers.push(await pool.maps(images));
      }
      assertClose(byWorkers[0], maps, { tolerance: 1e-6 });
      assert.deepEqual(byWorkers[1], byWorkers[0], "the same bits");
    });
  }, { only: ["wasm"] });

  testOnEveryBackend("openTeacher() names weights that do not fit before any photo", async () => {
    await withTeacher(async ({ folder }) => {
      const located = await locate(folder);
      const config = { ...located.description.config, embedDim: 32 };
      const other = { ...located, description: { ...located.description, config } };
      for (const workers of [1, 2]) {
        await assert.rejects(openTeacher(other, { rollout, workers }), { name: "SyntaxError" });
      }
    });
  }, { only: ["wasm"] });

  testOnEveryBackend("openTeacher() keeps to this thread on other backends", async () => {
    await withTeacher(async ({ folder, maps, images }) => {
      using teacher = await openTeacher(await locate(folder), { rollout, workers: 2 });
      assert.equal(teacher.workers, 1);
      assertClose(await teacher.maps(images), maps, { tolerance: 1e-6 });
    });
  }, { only: ["cpu"] });
});
