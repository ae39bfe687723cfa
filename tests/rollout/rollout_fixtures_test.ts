import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { fuseHeads, type HeadFusion } from "../../lib/backend/kernels/fuse_heads.ts";
import { normaliseMaps } from "../../lib/rollout/normalise_maps.ts";
import { referenceRollout } from "../../lib/rollout/reference.ts";
import { rollout } from "../../lib/rollout/rollout.ts";
import type { RolloutMode, RolloutSettings } from "../../lib/rollout/settings.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { describeWithFixtures, readFixtureTensors } from "../support/fixtures.ts";

/** Largest absolute error in float32; the maps are of the order of 1. */
const TOLERANCE = 1e-4;

interface ExpectedMaps {
  /** The tensor's name, e.g. `rollout.paper.mean.0.95.raw`. */
  readonly name: string;
  readonly isRaw: boolean;
  readonly headFusion: HeadFusion;
  readonly settings: RolloutSettings;
  /** One map after the other. */
  readonly data: Float32Array;
}

interface ModelFixture {
  readonly batch: number;
  /** Heads of each layer [B, H, T, T], the first layer first. */
  readonly attentions: { readonly shape: number[]; readonly data: Float32Array }[];
  readonly expected: ExpectedMaps[];
}

function readModel(model: string): ModelFixture {
  const tensors = readFixtureTensors(`model.${model}.expected.safetensors`);
  const attentions = [];
  for (let layer = 0; tensors.has(`attn.${layer}`); layer++) {
    const { shape, data } = tensors.get(`attn.${layer}`)!;
    attentions.push({ shape: [...shape], data: data as Float32Array });
  }
  const [batch, , tokens] = attentions[0].shape;
  const expected = [...tensors].flatMap(([name, { shape, data }]) => {
    const match = name.match(/^rollout\.(paper|vit-explain)\.(mean|max|min)\.(\d\.\d+)(\.raw)?$/);
    if (!match) return [];
    const [, gridHeight, gridWidth] = shape;
    return [{
      name,
      isRaw: match[4] !== undefined,
      headFusion: match[2] as HeadFusion,
      settings: {
        mode: match[1] as RolloutMode,
        discardRatio: Number(match[3]),
        numPrefixTokens: tokens - gridHeight * gridWidth,
        grid: [gridHeight, gridWidth] as const,
      },
      data: data as Float32Array,
    }];
  });
  return { batch, attentions, expected };
}

/** Lists the maps that are further than the tolerance from what is expected, as `<name>#<image>`. */
function mapsThatDiffer(
  { name, data }: ExpectedMaps,
  actual: ArrayLike<number>,
  batch: number,
): string[] {
  assert.equal(actual.length, data.length, name);
  const size = data.length / batch;
  return Array.from({ length: batch }, (_, image) => image)
    .filter((image) => {
      const wanted = data.subarray(image * size, (image + 1) * size);
      return !wanted.every((value, patch) => {
        // Where the original divides 0 by 0, its whole map is NaN and ours stays zero.
        const target = Number.isNaN(value) ? 0 : value;
        return Math.abs(actual[image * size + patch] - target) <= TOLERANCE;
      });
    })
    .map((image) => `${name}#${image}`);
}

function referenceMaps(
  { batch, attentions }: ModelFixture,
  { headFusion, settings, isRaw }: ExpectedMaps,
): number[] {
  return Array.from({ length: batch }, (_, image) => {
    const layers = attentions.map(({ shape: [, heads, tokens], data }) => {
      const size = heads * tokens * tokens;
      return { heads, tokens, data: data.subarray(image * size, (image + 1) * size) };
    });
    const map = referenceRollout(layers, { ...settings, headFusion });
    const divisor = isRaw ? 1 : Math.max(...map) || 1;
    return [...map].map((value) => value / divisor);
  }).flat();
}

async function batchedMaps(
  { attentions }: ModelFixture,
  { headFusion, settings, isRaw }: ExpectedMaps,
): Promise<ArrayLike<number>> {
  const maps = tf.tidy(() => {
    const fused = attentions.map(({ shape, data }) =>
      fuseHeads(tf.tensor4d(data, shape as [number, number, number, number]), headFusion)
    );
    const raw = rollout(fused, settings);
    return isRaw ? raw : normaliseMaps(raw);
  });
  const values = await maps.data();
  maps.dispose();
  return values;
}

for (const model of ["vit", "vit_rect", "deit_distilled", "deit3", "mae", "dinov2_reg"]) {
  describeWithFixtures(`rollout of ${model}`, () => {
    const fixture = readModel(model);
    // 3 fusions × 4 ratios: raw and normalised, and vit-explain's own where it can run
    const numExpected = ["vit", "deit3", "mae"].includes(model) ? 36 : 24;
    assert.equal(fixture.expected.length, numExpected);

    Deno.test(`referenceRollout() gives PyTorch's maps for ${model}`, () => {
      assert.deepEqual(
        fixture.expected.flatMap((expected) =>
          mapsThatDiffer(expected, referenceMaps(fixture, expected), fixture.batch)
        ),
        [],
      );
    });

    testOnEveryBackend(`rollout() gives PyTorch's maps for ${model}`, async () => {
      const differing = [];
      for (const expected of fixture.expected) {
        const actual = await batchedMaps(fixture, expected);
        differing.push(...mapsThatDiffer(expected, actual, fixture.batch));
      }
      assert.deepEqual(differing, []);
    });
  });
}
