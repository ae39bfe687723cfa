import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { computesInHalf } from "../../../lib/backend/half_precision.ts";
import { describeBackend, openBackend } from "../../../lib/backend/open_backend.ts";
import { sceneAt } from "../../../lib/dataset/scenes.ts";
import { readManifest } from "../../../lib/cache/manifest.ts";
import type { RgbImage } from "../../../lib/image/rgb_image.ts";
import { pearsonCorrelation } from "../../../lib/metrics/metrics.ts";
import { loadPretrained } from "../../../lib/model/model_source.ts";
import type { VisionTransformer } from "../../../lib/model/vision_transformer.ts";
import { precomputeDataset } from "../../../lib/precompute/precompute_dataset.ts";
import { Random } from "../../../lib/random/random.ts";
import { createTeacher } from "../../../lib/teacher/teacher.ts";
import type { HostTensor } from "../../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../../support/backends.ts";
import { describeWithFixtures } from "../../support/fixtures.ts";
import { assertClose } from "../../support/numeric.ts";
import { describeWith } from "../../support/permissions.ts";
import { loadReferenceModel, referenceModels } from "../../support/reference_models.ts";
import { makeTinyPipeline } from "../../support/tiny_pipeline.ts";
import { normalTensor } from "../differentiate.ts";
import { runKernel } from "./run_kernel.ts";

const adapter = await navigator.gpu?.requestAdapter();
const hasHalf = adapter?.features.has("shader-f16") ?? false;

/** Registers a test on WebGPU, which ends with the device of float32 that it began with. */
function testInHalf(name: string, body: () => Promise<void>): void {
  if (!hasHalf) return void Deno.test.ignore(`${name} — skipped: no shader-f16`, body);
  testOnEveryBackend(name, async () => {
    try {
      await body();
    } finally {
      await openBackend("webgpu");
    }
  }, { only: ["webgpu"] });
}

testInHalf(
  "openBackend() changes the device when half precision is asked for, and back",
  async () => {
    assert.equal(computesInHalf(), false);
    const opened = await openBackend("webgpu", { half: true });
    assert.equal(computesInHalf(), true);
    assert.match(describeBackend(opened), /^backend webgpu \(.+, half precision\): as asked$/);
    assert.deepEqual(await openBackend("webgpu", { half: true }), opened, "once more");
    const sum = tf.tidy(() => tf.tensor1d([1, 2, 3]).sum());
    assert.deepEqual([...await sum.data()], [6]);
    sum.dispose();
    const { device } = await openBackend("webgpu");
    assert.equal(opened.device, `${device}, half precision`);
    assert.equal(computesInHalf(), false);
  },
);

async function multiply(a: HostTensor, b: HostTensor): Promise<Float32Array> {
  const [c] = await runKernel("BatchMatMul", { inputs: { a, b }, attrs: {} });
  return c.data;
}

/** The same numbers in float16. */
function rounded(tensor: HostTensor): HostTensor {
  return { ...tensor, data: Float32Array.from(new Float16Array(tensor.data as Float32Array)) };
}

testInHalf("BatchMatMul in half precision rounds its factors and nothing else", async () => {
  for (const [rows, inner, columns] of [[5, 7, 3], [130, 300, 68], [48, 4096, 48]]) {
    const [a, b] = [normalTensor("a", [rows, inner]), normalTensor("b", [inner, columns])];
    const exact = await multiply(a, b);
    const expected = await multiply(rounded(a), rounded(b));
    await openBackend("webgpu", { half: true });
    const actual = await multiply(a, b);
    await openBackend("webgpu");
    const label = `${rows}×${inner}×${columns}`;
    assertClose(actual, expected, { tolerance: 1e-5 * Math.sqrt(inner), label });
    assert.notDeepEqual(actual, exact, label);
  }
});

const preprocessing = {
  cropPct: 0.9,
  interpolation: "bicubic",
  cropMode: "center",
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const;

/** The correlation of each photo's map in half precision with that of float32. */
async function correlations(
  load: () => Promise<VisionTransformer>,
  { photos, discardRatio }: { photos: readonly RgbImage[]; discardRatio: number },
): Promise<number[]> {
  const maps = async () => {
    const model = await load();
    const teacher = createTeacher(model, {
      preprocessing: { ...preprocessing, imageSize: model.config.imageSize },
      rollout: { mode: "paper", headFusion: "mean", discardRatio },
    });
    const values = await teacher.maps(photos);
    model.dispose();
    const size = values.length / photos.length;
    return photos.map((_, photo) => values.slice(photo * size, (photo + 1) * size));
  };
  const expected = await maps();
  await openBackend("webgpu", { half: true });
  return (await maps()).map((map, photo) => pearsonCorrelation(map, expected[photo]));
}

function drawPhotos([height, width]: readonly [number, number]): RgbImage[] {
  const random = Random.from("photos");
  return Array.from({ length: 3 }, () => ({
    height,
    width,
    data: Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 256)),
  }));
}

describeWithFixtures("Teacher.maps() in half precision are those of float32", () => {
  for (const name of referenceModels) {
    testInHalf(`Teacher.maps() of ${name} in half precision are those of float32`, async () => {
      const load = () => loadReferenceModel(name);
      const model = await load();
      const photos = drawPhotos(model.config.imageSize);
      model.dispose();
      // without the threshold, near which the last bits decide whether a number is dropped
      for (const [photo, it] of (await correlations(load, { photos, discardRatio: 0 })).entries()) {
        assert(it >= 0.9999, `photo ${photo}: CC ${it}`);
      }
    });
  }
});

describeWith(["read"], "the sample teacher in half precision looks where it does", () => {
  testInHalf("the sample teacher in half precision looks where it does in float32", async () => {
    const folder = new URL("../../../data/sample/teacher", import.meta.url).pathname;
    const source = { model: `local-dir:${folder}`, weightsDir: folder };
    const load = async () => (await loadPretrained(source)).model;
    const photos = Array.from({ length: 15 }, (_, i) => sceneAt(i, { seed: 7 }).image);
    const sorted = (await correlations(load, { photos, discardRatio: 0.95 })).sort((a, b) => a - b);
    assert(sorted[7] >= 0.9999, `the median of ${sorted}`);
  });
});

describeWith(["read", "write"], "a cache knows that it was made in half precision", () => {
  testInHalf("a cache knows that it was made in half precision", async () => {
    await openBackend("webgpu", { half: true });
    const { root, options } = await makeTinyPipeline({ photos: 2 });
    try {
      const manifest = await readManifest(options.rolloutDir);
      assert.equal(manifest?.settings.precision, "float16");
      await openBackend("webgpu");
      const { source, datasetPath, rolloutDir } = options;
      const { rollout, shardSize } = manifest.settings;
      const again = { source, datasetPath, rolloutDir, rollout, shardSize, batchSize: 1 };
      await assert.rejects(precomputeDataset(again), {
        name: "Error",
        message: /it holds another one \(precision: float16 in the cache, float32 asked\); choose/,
      });
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
});
