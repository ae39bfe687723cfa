import assert from "node:assert/strict";
import { architectures } from "../../lib/model/architectures.ts";
import { countParameters } from "../../lib/model/parameters.ts";
import {
  checkVitConfig,
  defaultVitConfig,
  gridOf,
  numPrefixTokensOf,
  type VitConfig,
} from "../../lib/model/vit_config.ts";

/** Parameters with 1000 classes, in millions: timm's published results. */
const publishedMillions: Record<string, number> = {
  deit_tiny_patch16_224: 5.72,
  deit_tiny_distilled_patch16_224: 5.91,
  deit_small_patch16_224: 22.05,
  deit_small_distilled_patch16_224: 22.44,
  deit_base_patch16_224: 86.57,
  deit_base_patch16_384: 86.86,
  deit_base_distilled_patch16_224: 87.34,
  deit_base_distilled_patch16_384: 87.63,
  deit3_small_patch16_224: 22.06,
  deit3_small_patch16_384: 22.21,
  deit3_medium_patch16_224: 38.85,
  deit3_base_patch16_224: 86.59,
  deit3_base_patch16_384: 86.88,
  deit3_large_patch16_224: 304.37,
  deit3_large_patch16_384: 304.76,
  deit3_huge_patch14_224: 632.13,
  vit_tiny_patch16_224: 5.72,
  vit_tiny_patch16_384: 5.79,
  vit_small_patch32_224: 22.88,
  vit_small_patch32_384: 22.92,
  vit_small_patch16_224: 22.05,
  vit_small_patch16_384: 22.20,
  vit_small_patch16_36x1_224: 64.67,
  vit_base_patch32_224: 88.22,
  vit_base_patch32_384: 88.30,
  vit_base_patch32_plus_256: 119.48,
  vit_base_patch16_224: 86.57,
  vit_base_patch16_224_miil: 86.54,
  vit_base_patch16_384: 86.86,
  vit_base_patch16_plus_240: 117.56,
  vit_base_patch8_224: 86.58,
  vit_large_patch32_384: 306.63,
  vit_large_patch16_224: 304.33,
  vit_large_patch16_384: 304.72,
  vit_large_patch14_224: 304.20,
};

/** The same of models that timm publishes without a classifier. */
const headlessMillions: Record<string, number> = {
  vit_huge_patch14_224: 630.76,
  vit_small_patch14_dinov2: 22.06,
  vit_small_patch14_reg4_dinov2: 22.06,
  vit_base_patch14_dinov2: 86.58,
  vit_base_patch14_reg4_dinov2: 86.58,
  vit_large_patch14_dinov2: 304.37,
  vit_large_patch14_reg4_dinov2: 304.37,
};

Deno.test("architectures have the sizes that timm publishes", () => {
  for (const [name, millions] of Object.entries(publishedMillions)) {
    const count = countParameters(architectures.get(name)!);
    assert.equal((count / 1e6).toFixed(2), millions.toFixed(2), name);
  }
  for (const [name, millions] of Object.entries(headlessMillions)) {
    const count = countParameters({ ...architectures.get(name)!, numClasses: 0 });
    assert.equal((count / 1e6).toFixed(2), millions.toFixed(2), name);
  }
});

Deno.test("countParameters() counts known models to the last one", () => {
  const counts: [name: string, numClasses: number, count: number][] = [
    ["deit_tiny_patch16_224", 1000, 5_717_416],
    ["deit_tiny_distilled_patch16_224", 1000, 5_910_800],
    ["deit_small_patch16_224", 1000, 22_050_664],
    ["deit_base_patch16_224", 1000, 86_567_656],
    ["deit3_large_patch16_224", 1000, 304_374_760],
    ["vit_base_patch16_224", 0, 85_798_656],
    // DINOv2's own 22,056,576 count a mask token, which timm drops
    ["vit_small_patch14_dinov2", 0, 22_056_576 - 384],
    // four registers more, one row of the position embedding (that of CLS) less
    ["vit_small_patch14_reg4_dinov2", 0, 22_056_576 - 384 + 4 * 384 - 384],
  ];
  for (const [name, numClasses, count] of counts) {
    assert.equal(countParameters({ ...architectures.get(name)!, numClasses }), count, name);
  }
});

Deno.test("countParameters() follows a fractional mlp_ratio as Python's int() does", () => {
  const config = { ...architectures.get("deit_tiny_patch16_224")!, depth: 1 };
  const difference = countParameters({ ...config, mlpRatio: 3.3 }) -
    countParameters({ ...config, mlpRatio: 1 });
  assert.equal(difference, (633 - 192) * (2 * 192 + 1)); // 192 · 3.3 = 633.6
});

Deno.test("architectures can be built, and none has a name that timm does not know", () => {
  for (const [name, config] of architectures) {
    checkVitConfig(config);
    const { embedDim, numHeads, imageSize, patchSize } = config;
    assert.equal(embedDim / numHeads, name.includes("huge") ? 80 : 64, name);
    assert(imageSize.every((side) => side % patchSize === 0), name);
    const published = { ...publishedMillions, ...headlessMillions };
    // the two that timm publishes with other heads only
    const known = Object.hasOwn(published, name) ||
      ["vit_small_patch8_224", "vit_large_patch32_224"].includes(name);
    assert(known, name);
  }
});

Deno.test("architectures have timm's prefix tokens and grids", () => {
  const expected: [name: string, numPrefixTokens: number, grid: [number, number]][] = [
    ["deit_base_patch16_384", 1, [24, 24]],
    ["deit_tiny_distilled_patch16_224", 2, [14, 14]],
    ["deit3_huge_patch14_224", 1, [16, 16]],
    ["vit_base_patch14_dinov2", 1, [37, 37]],
    ["vit_large_patch14_reg4_dinov2", 5, [37, 37]],
    ["vit_base_patch8_224", 1, [28, 28]],
    ["vit_base_patch16_plus_240", 1, [15, 15]],
  ];
  for (const [name, numPrefixTokens, grid] of expected) {
    const config = architectures.get(name)!;
    assert.equal(numPrefixTokensOf(config), numPrefixTokens, name);
    assert.deepEqual(gridOf(config), grid, name);
  }
});

Deno.test("gridOf() ignores pixels beyond a whole patch", () => {
  assert.deepEqual(gridOf({ ...defaultVitConfig, imageSize: [13, 19], patchSize: 4 }), [3, 4]);
});

Deno.test("checkVitConfig() refuses what cannot be built", () => {
  const refused: [change: Partial<VitConfig>, message: string][] = [
    [{ patchSize: 0 }, "patchSize is 0, expected an integer ≥ 1"],
    [{ embedDim: 1.5 }, "embedDim is 1.5, expected an integer ≥ 1"],
    [{ depth: -1 }, "depth is -1, expected an integer ≥ 1"],
    [{ numHeads: NaN }, "numHeads is NaN, expected an integer ≥ 1"],
    [{ numHeads: 7 }, "embedDim is 768, expected a multiple of numHeads 7"],
    [{ imageSize: [224, 15] }, "imageSize is 224x15, expected at least one patch of 16"],
  ];
  for (const [change, message] of refused) {
    const error = { name: "RangeError", message: `Cannot build model: ${message}` };
    assert.throws(() => checkVitConfig({ ...defaultVitConfig, ...change }), error);
  }
});
