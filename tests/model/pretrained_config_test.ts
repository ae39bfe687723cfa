import assert from "node:assert/strict";
import { architectures } from "../../lib/model/architectures.ts";
import { defaultTagOf, isMaeTag, pretrainedConfigOf } from "../../lib/model/pretrained_config.ts";

const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const inception = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const unchanged = { mean: [0, 0, 0], std: [1, 1, 1] };

/** Model, crop, classes and normalisation, as timm's `default_cfgs` have them. */
const pretrainings: [name: string, cropPct: number, numClasses: number, typeof imageNet][] = [
  ["deit_tiny_patch16_224.fb_in1k", 0.9, 1000, imageNet],
  ["deit_base_distilled_patch16_384.fb_in1k", 1, 1000, imageNet],
  ["deit3_large_patch16_224.fb_in1k", 0.9, 1000, imageNet],
  ["deit3_large_patch16_384.fb_in1k", 1, 1000, imageNet],
  ["deit3_large_patch16_224.fb_in22k_ft_in1k", 1, 1000, imageNet],
  ["deit3_huge_patch14_224.fb_in22k_ft_in1k", 1, 1000, imageNet],
  ["vit_tiny_patch16_224.augreg_in21k_ft_in1k", 0.9, 1000, inception],
  ["vit_small_patch32_384.augreg_in21k_ft_in1k", 1, 1000, inception],
  ["vit_base_patch16_224.augreg2_in21k_ft_in1k", 0.9, 1000, inception],
  ["vit_base_patch16_224.augreg_in1k", 0.9, 1000, inception],
  ["vit_base_patch16_224.augreg_in21k", 0.9, 21843, inception],
  ["vit_base_patch16_224.orig_in21k", 0.9, 0, inception],
  ["vit_base_patch16_224.orig_in21k_ft_in1k", 0.9, 1000, inception],
  ["vit_base_patch32_224.sam_in1k", 0.9, 1000, inception],
  ["vit_base_patch16_224.mae", 0.9, 0, imageNet],
  ["vit_small_patch8_224.dino", 0.9, 0, imageNet],
  ["vit_base_patch14_dinov2.lvd142m", 1, 0, imageNet],
  ["vit_base_patch14_reg4_dinov2.lvd142m", 1, 0, imageNet],
  ["vit_base_patch16_plus_240.", 0.95, 1000, inception],
];

Deno.test("pretrainedConfigOf() knows timm's classes and preprocessing", () => {
  for (const [name, cropPct, numClasses, normalisation] of pretrainings) {
    const [architecture, tag] = name.split(".");
    assert.deepEqual(pretrainedConfigOf(architecture, tag), {
      tag,
      numClasses,
      preprocessing: {
        imageSize: architectures.get(architecture)!.imageSize,
        cropPct,
        cropMode: "center",
        interpolation: "bicubic",
        ...normalisation,
      },
    }, name);
  }
});

Deno.test("pretrainedConfigOf() knows what sets the MIIL pretraining apart", () => {
  for (const [tag, numClasses] of [["in21k", 11221], ["in21k_ft_in1k", 1000]] as const) {
    assert.deepEqual(pretrainedConfigOf("vit_base_patch16_224_miil", tag), {
      tag,
      numClasses,
      preprocessing: {
        imageSize: [224, 224],
        cropPct: 0.875,
        cropMode: "center",
        interpolation: "bilinear",
        ...unchanged,
      },
    });
  }
});

/** The tags that stand first in timm's `default_cfgs`; empty where timm has no weights. */
const defaultTags: Record<string, string> = {
  deit_tiny_distilled_patch16_224: "fb_in1k",
  deit3_huge_patch14_224: "fb_in1k",
  vit_tiny_patch16_384: "augreg_in21k_ft_in1k",
  vit_small_patch8_224: "dino",
  vit_small_patch16_224: "augreg_in21k_ft_in1k",
  vit_small_patch16_36x1_224: "",
  vit_base_patch8_224: "augreg2_in21k_ft_in1k",
  vit_base_patch16_224: "augreg2_in21k_ft_in1k",
  vit_base_patch16_224_miil: "in21k",
  vit_base_patch16_384: "augreg_in21k_ft_in1k",
  vit_base_patch32_224: "augreg_in21k_ft_in1k",
  vit_base_patch16_plus_240: "",
  vit_base_patch32_plus_256: "",
  vit_large_patch14_224: "",
  vit_large_patch16_224: "augreg_in21k_ft_in1k",
  vit_large_patch32_224: "orig_in21k",
  vit_large_patch32_384: "orig_in21k_ft_in1k",
  vit_huge_patch14_224: "orig_in21k",
  vit_small_patch14_dinov2: "lvd142m",
  vit_large_patch14_reg4_dinov2: "lvd142m",
};

Deno.test("defaultTagOf() is the tag that timm takes", () => {
  for (const [architecture, tag] of Object.entries(defaultTags)) {
    assert.equal(defaultTagOf(architecture), tag, architecture);
    assert.equal(pretrainedConfigOf(architecture).tag, tag, architecture);
  }
});

Deno.test("isMaeTag() knows masked autoencoders", () => {
  assert.deepEqual(["mae", "fb_in1k", "", "mae_ft"].map(isMaeTag), [true, false, false, false]);
});
