import assert from "node:assert/strict";
import { architectures } from "../../lib/model/architectures.ts";
import { activationBytes, photosInPass } from "../../lib/train/pass_size.ts";

Deno.test("photosInPass() keeps a pass of every student below tfjs's heap", () => {
  for (const [name, config] of architectures) {
    const photos = photosInPass(config);
    assert(Number.isInteger(photos) && photos >= 1, name);
    assert(photos === 1 || photos * activationBytes(config) <= 2 ** 30, name);
  }
});

Deno.test("photosInPass() takes eight photos of a small student, fewer of a large one", () => {
  const of = (name: string) => photosInPass(architectures.get(name)!);
  assert.equal(of("deit_tiny_distilled_patch16_224"), 8);
  assert.equal(of("deit_small_patch16_224"), 8);
  assert(of("deit_base_patch16_384") < of("deit_base_patch16_224"));
  assert.equal(of("deit3_huge_patch14_224"), 1);
});
