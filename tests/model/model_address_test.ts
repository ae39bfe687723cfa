import assert from "node:assert/strict";
import { join } from "node:path";
import {
  addressOf,
  atCommit,
  isTimmName,
  modelNameOf,
  shortNameOf,
  splitRevision,
} from "../../lib/model/model_address.ts";

Deno.test("addressOf() finds a model's files on this machine", () => {
  assert.deepEqual(addressOf("local-dir:my/model"), {
    kind: "folder",
    folder: "my/model",
  });
  assert.deepEqual(addressOf("local-dir:me@home"), { kind: "folder", folder: "me@home" });
  assert.deepEqual(addressOf("weights/deit_tiny_patch16_224.safetensors"), {
    kind: "file",
    config: join("weights", "config.json"),
    weights: "weights/deit_tiny_patch16_224.safetensors",
  });
});

Deno.test("addressOf() finds a model's repository on the hub", () => {
  assert.deepEqual(addressOf("hf-hub:org/name"), {
    kind: "hub",
    repository: "org/name",
    revision: "main",
  });
  assert.deepEqual(addressOf("hf-hub:org/name@refs/pr/1"), {
    kind: "hub",
    repository: "org/name",
    revision: "refs/pr/1",
  });
  const repository = "timm/deit3_large_patch16_224.fb_in1k";
  for (const name of ["deit3_large_patch16_224.fb_in1k", "deit3_large_patch16_224"]) {
    assert.deepEqual(addressOf(name), { kind: "hub", repository, revision: "main" });
    assert.deepEqual(addressOf(`${name}@v1`), { kind: "hub", repository, revision: "v1" });
  }
});

Deno.test("splitRevision() wants one revision behind one @", () => {
  assert.deepEqual(splitRevision("name"), { name: "name", revision: undefined });
  assert.deepEqual(splitRevision("name@v1"), { name: "name", revision: "v1" });
  for (const wrong of ["name@", "name@a@b"]) assert.throws(() => splitRevision(wrong), RangeError);
});

Deno.test("atCommit() pins what is on the hub alone", () => {
  const commit = "c".repeat(40);
  assert.equal(atCommit("deit_tiny_patch16_224", commit), `deit_tiny_patch16_224@${commit}`);
  assert.equal(atCommit("hf-hub:org/name@main", commit), `hf-hub:org/name@${commit}`);
  assert.equal(atCommit("hf-hub:org/name@main", undefined), "hf-hub:org/name@main");
  for (const local of ["local-dir:me@home", "me@home/deit.pth"]) {
    assert.equal(atCommit(local, commit), local);
  }
});

Deno.test("addressOf() refuses a mistyped name, and arguments that cannot be", () => {
  assert.throws(() => addressOf("deit_tiny_patch16_244"), RangeError);
  assert.throws(() => addressOf("deit_tiny_patch16_224", { patch_size: 0 }), RangeError);
});

Deno.test("modelNameOf() takes all endings off the name of a file of weights", () => {
  const name = "vit_base_patch16_224.mae";
  for (const ending of [".safetensors", ".bin", "-1a2b3c4d.pth", ".index.json"]) {
    assert.equal(modelNameOf(join("a", name + ending)), name, ending);
  }
  for (const ending of [".safetensors", ".bin"]) {
    assert.equal(modelNameOf(`${name}${ending}.index.json`), name, ending);
  }
});

Deno.test("shortNameOf() makes names for folders of models' names", () => {
  const names = {
    "deit_tiny_patch16_224.fb_in1k": "deit_tiny_patch16_224.fb_in1k",
    "hf-hub:org/name": "name",
    "hf-hub:org/name@refs/pr/1": "name@refs-pr-1",
    "local-dir:some/where/": "where",
    "some@where/deit.safetensors": "deit.safetensors",
  };
  for (const [model, name] of Object.entries(names)) assert.equal(shortNameOf(model), name);
});

Deno.test("isTimmName() tells names from paths and repositories", () => {
  assert(isTimmName("deit_tiny_patch16_224"));
  const others = ["local-dir:deit", "hf-hub:timm/deit", "deit.safetensors", "model.bin.index.json"];
  for (const other of others) {
    assert(!isTimmName(other), other);
  }
});
