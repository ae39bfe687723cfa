import assert from "node:assert/strict";
import { join } from "node:path";
import { listImages } from "../../lib/dataset/image_folder.ts";
import { sceneFileName, writeScenes } from "../../lib/dataset/scene_folder.ts";
import { sceneAt } from "../../lib/dataset/scenes.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { testInFolder } from "../support/temporary_folder.ts";

testInFolder(
  "writeScenes() writes PNG files and a line about each",
  async (parent) => {
    const folder = join(parent, "new", "scenes");
    const counted: number[] = [];
    const onScene = (written: number) => counted.push(written);
    await writeScenes(folder, { count: 3, seed: 9, size: 32, onScene });
    const names = ["scene-00000.png", "scene-00001.png", "scene-00002.png"];
    assert.deepEqual(await listImages(folder), names);
    assert.deepEqual(counted, [1, 2, 3]);
    const text = await Deno.readTextFile(join(folder, "scenes.jsonl"));
    const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    for (const [index, path] of names.entries()) {
      const { image, label, object: { box } } = sceneAt(index, { seed: 9, size: 32 });
      assert.deepEqual(await decodeImage(await Deno.readFile(join(folder, path))), image);
      assert.deepEqual(lines[index], { path, label, box: [...box] });
    }
    assert.equal(lines.length, 3);
  },
);

testInFolder("writeScenes() with a larger count adds to the same files", async (folder) => {
  await writeScenes(folder, { count: 2, seed: 4, size: 16 });
  const before = await Deno.readFile(join(folder, sceneFileName(1)));
  await writeScenes(folder, { count: 4, seed: 4, size: 16 });
  assert.deepEqual(await Deno.readFile(join(folder, sceneFileName(1))), before);
  assert.equal((await listImages(folder)).length, 4);
});

Deno.test("sceneFileName() pads to five digits and keeps more", () => {
  assert.equal(sceneFileName(42), "scene-00042.png");
  assert.equal(sceneFileName(123456), "scene-123456.png");
});
