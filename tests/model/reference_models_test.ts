/**
 * Every reference model's tokens, logits, attentions and rollouts, as timm and vit-explain compute them.
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { HeadFusion } from "../../lib/backend/kernels/fuse_heads.ts";
import type { VisionTransformer } from "../../lib/model/vision_transformer.ts";
import { numPrefixTokensOf } from "../../lib/model/vit_config.ts";
import { normaliseMaps } from "../../lib/rollout/normalise_maps.ts";
import { rollout } from "../../lib/rollout/rollout.ts";
import type { HostTensor } from "../../lib/weights/safetensors.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { describeWithFixtures, readFixtureTensors } from "../support/fixtures.ts";
import { assertClose } from "../support/numeric.ts";
import { imageTensor, loadReferenceModel, referenceModels } from "../support/reference_models.ts";

const tolerance = 1e-4;

describeWithFixtures("VisionTransformer equals timm", () => {
  for (const name of referenceModels) {
    testOnEveryBackend(`VisionTransformer ${name} equals timm`, async () => {
      const expected = readFixtureTensors(`model.${name}.expected.safetensors`);
      const model = await loadReferenceModel(name);
      const images = imageTensor(expected.get("input")!);
      const outputs = model.forward(images, { attentions: "all" });
      await assertTensor(outputs.tokens, expected, "tokens");
      await assertTensor(outputs.logits, expected, "logits");
      for (const [layer, attention] of outputs.attentions.entries()) {
        await assertTensor(attention, expected, `attn.${layer}`);
      }
      tf.dispose([outputs.tokens, outputs.logits, outputs.attentions, images]);
      model.dispose();
    });

    testOnEveryBackend(
      `VisionTransformer.attentions() of ${name} gives timm's rollout`,
      async () => {
        const expected = readFixtureTensors(`model.${name}.expected.safetensors`);
        const model = await loadReferenceModel(name);
        const images = imageTensor(expected.get("input")!);
        for (const fusion of ["mean", "max", "min"] as const) {
          await assertRollouts(model, images, { fusion, expected });
        }
        images.dispose();
        model.dispose();
      },
    );
  }
});

async function assertTensor(
  actual: tf.Tensor,
  expected: ReadonlyMap<string, HostTensor>,
  label: string,
): Promise<void> {
  const { data, shape } = expected.get(label)!;
  assert.deepEqual(actual.shape, shape, label);
  assertClose(await actual.data(), data as Float32Array, { tolerance, label });
}

async function assertRollouts(
  model: VisionTransformer,
  images: tf.Tensor4D,
  { fusion, expected }: { fusion: HeadFusion; expected: ReadonlyMap<string, HostTensor> },
): Promise<void> {
  const fused = model.attentions(images, fusion) as tf.Tensor3D[];
  const prefix = `rollout.paper.${fusion}.`;
  const entries = [...expected].filter(([key]) => key.startsWith(prefix) && !key.endsWith(".raw"));
  assert(entries.length >= 4, "the fixture holds at least four ratios");
  for (const [key, { data }] of entries) {
    const raw = rollout(fused, {
      mode: "paper",
      discardRatio: Number(key.slice(prefix.length)),
      numPrefixTokens: numPrefixTokensOf(model.config),
      grid: model.grid,
    });
    const maps = normaliseMaps(raw);
    // Where timm's map is 0/0 ours stays zero.
    const wanted = (data as Float32Array).map((value) => Number.isNaN(value) ? 0 : value);
    assertClose(await maps.data(), wanted, { tolerance, label: key });
    tf.dispose([raw, maps]);
  }
  tf.dispose(fused);
}
