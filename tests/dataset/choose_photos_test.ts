import assert from "node:assert/strict";
import { join } from "node:path";
import { splitImages } from "../../lib/dataset/split.ts";
import { choosePhotos, type PhotoChoice } from "../../lib/dataset/choose_photos.ts";
import { testWithFiles } from "../support/permissions.ts";

const cachedPaths = Array.from({ length: 100 }, (_, i) => `${String(i).padStart(3, "0")}.jpg`);
const choice: PhotoChoice = {
  named: [],
  datasetPath: "data/images",
  rolloutDir: "data/rollouts",
  cachedPaths,
  holdout: 0.3,
  count: 5,
};

/** A data set `photos` of six files, two of them in `photos/sub`, and a file beside it. */
async function dataset() {
  const root = await Deno.makeTempDir();
  const at = (...parts: string[]) => join(root, ...parts);
  await Deno.mkdir(at("photos", "sub"), { recursive: true });
  const names = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "sub/e.jpg", "sub/f.jpg"];
  for (const name of names) await Deno.writeTextFile(at("photos", name), "");
  await Deno.writeTextFile(at("a.jpg"), "");
  return {
    at,
    choice: { ...choice, datasetPath: at("photos"), cachedPaths: undefined, count: 3 },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

const pathsOf = async (options: PhotoChoice) => (await choosePhotos(options)).map((p) => p.path);

Deno.test("choosePhotos() takes held-out photos, evenly spread, the same each time", async () => {
  const { heldOut } = splitImages(cachedPaths, choice.holdout);
  const chosen = await choosePhotos(choice);
  assert.deepEqual(await choosePhotos(choice), chosen);
  const places = chosen.map(({ path }) => heldOut.indexOf(path));
  assert.ok(!places.includes(-1), `${places}`);
  const step = heldOut.length / choice.count;
  for (const [i, place] of places.entries()) {
    assert.ok(place >= i * step - 1 && place < (i + 1) * step, `${place} in part ${i}`);
  }
  for (const { file, path, isInDataset } of chosen) {
    assert.deepEqual([file, isInDataset], [join("data/images", path), true]);
  }
});

Deno.test("choosePhotos() takes any cached photos when none is held out", async () => {
  assert.deepEqual(await pathsOf({ ...choice, holdout: 0, count: 2 }), ["025.jpg", "075.jpg"]);
});

Deno.test("choosePhotos() takes every candidate once when more are wanted", async () => {
  const { heldOut } = splitImages(cachedPaths, choice.holdout);
  assert.deepEqual(await pathsOf({ ...choice, count: 1000 }), heldOut);
});

Deno.test("choosePhotos() refuses to choose without a cache, or from an empty one", async () => {
  for (const cachedPaths of [undefined, []]) {
    await assert.rejects(choosePhotos({ ...choice, cachedPaths }), {
      name: "Error",
      message: /^Cannot choose photos: data\/rollouts holds no maps to choose by, .*--rollout-dir$/,
    });
  }
});

testWithFiles("choosePhotos() takes every file named, and some of each folder", async () => {
  await using place = await dataset();
  const { at } = place;
  const named = [at("photos/b.jpg"), at("photos"), at("photos/sub")];
  assert.deepEqual(await pathsOf({ ...place.choice, named }), [
    "b.jpg",
    "d.jpg",
    "sub/f.jpg",
    "sub/e.jpg",
  ]);
});

testWithFiles("choosePhotos() knows the data set's photos from those beside it", async () => {
  await using place = await dataset();
  const { at } = place;
  const inside = at("photos", "sub", "..", "a.jpg");
  const outside = at("photos", "..", "a.jpg");
  assert.deepEqual(await choosePhotos({ ...place.choice, named: [inside, outside] }), [
    { file: inside, path: "a.jpg", isInDataset: true },
    { file: outside, path: outside, isInDataset: false },
  ]);
});

testWithFiles("choosePhotos() takes a photo once, however often it is named", async () => {
  await using place = await dataset();
  const named = [place.at("photos/c.jpg"), place.at("photos/sub/../c.jpg")];
  assert.deepEqual(await pathsOf({ ...place.choice, named }), ["c.jpg"]);
});

testWithFiles("choosePhotos() leaves a missing file to whoever opens it", async () => {
  await using place = await dataset();
  assert.deepEqual(await pathsOf({ ...place.choice, named: [place.at("photos/x.jpg")] }), [
    "x.jpg",
  ]);
});

testWithFiles("choosePhotos() refuses a folder without photos", async () => {
  await using place = await dataset();
  await Deno.mkdir(place.at("empty"));
  await assert.rejects(choosePhotos({ ...place.choice, named: [place.at("empty")] }), {
    name: "Error",
    message: /empty holds none/,
  });
});
