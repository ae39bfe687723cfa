import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { pixelTensor } from "../../lib/model/pixel_tensor.ts";
import { numPrefixTokensOf } from "../../lib/model/vit_config.ts";
import { Random } from "../../lib/random/random.ts";
import { referenceRollout } from "../../lib/rollout/reference.ts";
import { createTeacher, type TeacherRollout } from "../../lib/teacher/teacher.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { describeWithFixtures } from "../support/fixtures.ts";
import { assertClose } from "../support/numeric.ts";
import { loadReferenceModel } from "../support/reference_models.ts";

const preprocessing = {
  cropPct: 0.9,
  interpolation: "bicubic",
  cropMode: "center",
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const;

const rollouts: TeacherRollout[] = [
  { mode: "paper", headFusion: "mean", discardRatio: 0.9 },
  { mode: "vit-explain", headFusion: "max", discardRatio: 0 },
];

function drawPhotos(count: number, [height, width]: readonly [number, number]): RgbImage[] {
  const random = Random.from("photos");
  return Array.from({ length: count }, () => ({
    height,
    width,
    data: Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 256)),
  }));
}

describeWithFixtures("Teacher.maps() are the rollout of the model's attention", () => {
  for (const name of ["vit_rect", "deit_distilled", "dinov2_reg"]) {
    testOnEveryBackend(`Teacher.maps() are the rollout of ${name}'s attention`, async () => {
      const model = await loadReferenceModel(name);
      const { imageSize, numHeads } = model.config;
      const photos = drawPhotos(2, imageSize);
      const images = pixelTensor(photos.map(({ data }) => data), { imageSize, ...preprocessing });
      const { tokens, logits, attentions } = model.forward(images, { attentions: "all" });
      const numTokens = tokens.shape[1];
      const layers = await Promise.all(attentions.map((attention) => attention.data<"float32">()));
      tf.dispose([images, tokens, logits, attentions]);
      for (const rollout of rollouts) {
        const teacher = createTeacher(model, {
          preprocessing: { ...preprocessing, imageSize },
          rollout,
        });
        assert.deepEqual(teacher.grid, model.grid);
        const size = numHeads * numTokens ** 2;
        const expected = photos.flatMap((_, image) => [
          ...referenceRollout(
            layers.map((data) => ({
              heads: numHeads,
              tokens: numTokens,
              data: data.subarray(image * size, (image + 1) * size),
            })),
            { ...rollout, grid: model.grid, numPrefixTokens: numPrefixTokensOf(model.config) },
          ),
        ]);
        assertClose(await teacher.maps(photos), expected, { tolerance: 1e-5, label: rollout.mode });
      }
      model.dispose();
    });
  }

  testOnEveryBackend("Teacher.maps() of a batch are those of its photos alone", async () => {
    const model = await loadReferenceModel("vit");
    const { imageSize } = model.config;
    const teacher = createTeacher(model, {
      preprocessing: { ...preprocessing, imageSize },
      rollout: rollouts[0],
    });
    const photos = drawPhotos(3, imageSize);
    const together = await teacher.maps(photos);
    const alone = [];
    for (const photo of photos) alone.push(...await teacher.maps([photo]));
    assertClose(together, alone, { tolerance: 1e-5 });
    model.dispose();
  });

  testOnEveryBackend("Teacher.maps() refuses a photo that was not prepared", async () => {
    const model = await loadReferenceModel("vit");
    const { imageSize } = model.config;
    const teacher = createTeacher(model, {
      preprocessing: { ...preprocessing, imageSize },
      rollout: rollouts[0],
    });
    await assert.rejects(teacher.maps(drawPhotos(1, [imageSize[0], 7])), TypeError);
    model.dispose();
  });
});
