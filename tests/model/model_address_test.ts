import assert from "node:assert/strict";
import { join } from "node:path";
import { addressOf, isTimmName } from "../../lib/model/model_address.ts";

Deno.test("addressOf() finds a model's files on this machine", () => {
  assert.deepEqual(addressOf("local-dir:my/model"), {
    kind: "folder",
    config: join("my", "model", "config.json"),
    weights: join("my", "model", "model.safetensors"),
  });
  assert.deepEqual(addressOf("weights/deit_tiny_patch16_224.safetensors"), {
    kind: "file",
    config: join("weights", "config.json"),
    weights: "weights/deit_tiny_patch16_224.safetensors",
  });
});

Deno.test("addressOf() finds a model's repository on the hub", () => {
  assert.deepEqual(addressOf("hf-hub:org/name"), { kind: "hub", repository: "org/name" });
  const repository = "timm/deit3_large_patch16_224.fb_in1k";
  for (const name of ["deit3_large_patch16_224.fb_in1k", "deit3_large_patch16_224"]) {
    assert.deepEqual(addressOf(name), { kind: "hub", repository });
  }
});

Deno.test("addressOf() refuses a mistyped name, and arguments that cannot be", () => {
  assert.throws(() => addressOf("deit_tiny_patch16_244"), RangeError);
  assert.throws(() => addressOf("deit_tiny_patch16_224", { patch_size: 0 }), RangeError);
});

Deno.test("isTimmName() tells names from paths and repositories", () => {
  assert(isTimmName("deit_tiny_patch16_224"));
  for (const other of ["local-dir:deit", "hf-hub:timm/deit", "deit_tiny_patch16_224.safetensors"]) {
    assert(!isTimmName(other), other);
  }
});
