import assert from "node:assert/strict";
import { parameterNameOf, timmKeyOf } from "../../lib/weights/key_map.ts";
import { SafetensorsFile } from "../../lib/weights/safetensors.ts";
import { testWith } from "../support/permissions.ts";

const pairs = [
  ["cls_token", "clsToken"],
  ["dist_token", "distToken"],
  ["reg_token", "regToken"],
  ["pos_embed", "posEmbed"],
  ["patch_embed.proj.weight", "patchEmbed.weight"],
  ["patch_embed.proj.bias", "patchEmbed.bias"],
  ["blocks.0.norm1.weight", "blocks.0.norm1.weight"],
  ["blocks.3.attn.qkv.weight", "blocks.3.qkv.weight"],
  ["blocks.10.attn.proj.bias", "blocks.10.proj.bias"],
  ["blocks.3.ls1.gamma", "blocks.3.ls1"],
  ["blocks.23.ls2.gamma", "blocks.23.ls2"],
  ["blocks.3.norm2.bias", "blocks.3.norm2.bias"],
  ["blocks.3.mlp.fc1.weight", "blocks.3.fc1.weight"],
  ["blocks.3.mlp.fc2.bias", "blocks.3.fc2.bias"],
  ["norm.weight", "norm.weight"],
  ["fc_norm.bias", "fcNorm.bias"],
  ["head.weight", "head.weight"],
  ["head_dist.bias", "headDist.bias"],
];

Deno.test("parameterNameOf() and timmKeyOf() translate each kind of key and undo each other", () => {
  for (const [timm, ours] of pairs) {
    assert.equal(parameterNameOf(timm), ours);
    assert.equal(timmKeyOf(ours), timm);
  }
});

testWith(
  ["fixtures"],
  "parameterNameOf() knows every key of timm's state dicts, each by another name",
  async () => {
    for (const model of ["vit", "vit_rect", "deit_distilled", "deit3", "mae", "dinov2_reg"]) {
      const path = `${import.meta.dirname}/../fixtures/model.${model}.weights.safetensors`;
      using file = await SafetensorsFile.open(path);
      const names = new Set<string>();
      for (const key of file.header.keys()) {
        const name = parameterNameOf(key);
        assert(name !== undefined, `${model}: ${key} has no name`);
        assert.equal(timmKeyOf(name), key);
        assert(!/_|attn|mlp|gamma/.test(name), `${name} is timm's spelling`);
        names.add(name);
      }
      assert.equal(names.size, file.header.size);
    }
  },
);

Deno.test("parameterNameOf() and timmKeyOf() know nothing else", () => {
  const unknown = [
    "",
    "mask_token",
    "maskToken",
    "model.cls_token",
    "blocks.3",
    "blocks.03.norm1.weight",
    "blocks.-1.norm1.weight",
    "blocks.x.norm1.weight",
    "blocks.3.cls_token",
    "blocks.3.norm3.weight",
    "blocks.3.norm1.weight\n",
    "norm1.weight",
    "constructor",
    "__proto__",
  ];
  for (const key of unknown) {
    assert.equal(parameterNameOf(key), undefined, key);
    assert.equal(timmKeyOf(key), undefined, key);
  }
  assert.equal(parameterNameOf("clsToken"), undefined);
  assert.equal(timmKeyOf("cls_token"), undefined);
});
