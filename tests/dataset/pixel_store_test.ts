import assert from "node:assert/strict";
import { PixelStore } from "../../lib/dataset/pixel_store.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";

const photoBytes = 2 * 2 * 3;

Deno.test("PixelStore asks for a photo once, and requests meanwhile share the work", async () => {
  const source = new FakeSource();
  const store = new PixelStore({ source, limitBytes: 1000 });
  const [first, second] = await Promise.all([store.load("a/b.png"), store.load("a/b.png")]);
  assert.equal(first, second);
  assert.equal(await store.load("a/b.png"), first);
  assert.deepEqual(source.asked, ["a/b.png"]);
});

Deno.test("PixelStore keeps the first photos that fit and asks for the others anew", async () => {
  const source = new FakeSource();
  const store = new PixelStore({ source, limitBytes: 2 * photoBytes });
  for (let epoch = 0; epoch < 3; epoch++) {
    for (const path of ["a", "b", "c"]) await store.load(path);
  }
  assert.deepEqual(source.asked, ["a", "b", "c", "c", "c"]);
});

Deno.test("PixelStore with no memory shares the work under way all the same", async () => {
  const source = new FakeSource();
  const store = new PixelStore({ source, limitBytes: 0 });
  await Promise.all([store.load("a"), store.load("a")]);
  await store.load("a");
  assert.deepEqual(source.asked, ["a", "a"]);
});

Deno.test("PixelStore passes a failure on, late or early, and tries again", async () => {
  const source = new FakeSource();
  const store = new PixelStore({ source, limitBytes: 1000 });
  source.failure = new SyntaxError("Cannot decode image: a is broken");
  const early = store.load("a");
  await new Promise((resolve) => setTimeout(resolve, 5)); // long enough to count as unhandled
  await assert.rejects(early, source.failure);
  source.failure = undefined;
  assert.equal((await store.load("a")).width, 2);
  assert.deepEqual(source.asked, ["a", "a"]);
});

class FakeSource {
  readonly asked: string[] = [];
  failure?: Error;

  async load(path: string): Promise<RgbImage> {
    this.asked.push(path);
    await Promise.resolve();
    if (this.failure) throw this.failure;
    return { width: 2, height: 2, data: new Uint8Array(photoBytes) };
  }
}
