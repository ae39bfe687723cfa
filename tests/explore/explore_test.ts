import assert from "node:assert/strict";
import { join } from "node:path";
import { explore, type ExploreOptions } from "../../lib/explore/explore.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { onCpu, paths, testWithBackend, workplace } from "../visualise/visualise_support.ts";

type Workplace = Awaited<ReturnType<typeof workplace>>;

function optionsOf({ options }: Workplace, changes: Partial<ExploreOptions> = {}): ExploreOptions {
  const { teacher: _, ...rest } = options;
  return { ...rest, glimpses: 3, glimpseSize: 1, allowOverlap: false, ...changes };
}

testWithBackend("explore() gives each photo's glimpses, and a picture of them", async () => {
  await using place = await workplace();
  const result = await explore(optionsOf(place));
  assert.deepEqual(result.photos.map(({ path }) => path), paths);
  assert.deepEqual([result.grid, result.imageSize], [[2, 2], [64, 64]]);
  for (const { glimpses } of result.photos) {
    const patches = glimpses.flatMap(({ patches }) => patches);
    assert.equal(new Set(patches).size, patches.length);
    assert.equal(patches.length, 3);
    for (const { patches: [patch], box: [y0, x0, y1, x1] } of glimpses) {
      assert.deepEqual([y0, x0], [Math.floor(patch / 2) * 32, patch % 2 * 32]);
      assert.deepEqual([y1 - y0, x1 - x0], [32, 32]);
    }
  }
  await decodeImage(result.png);
}, onCpu);

testWithBackend("explore() leaves alone what was seen, and needs no cache for a file", async () => {
  await using place = await workplace();
  const photos = [join(place.options.datasetPath, paths[0])];
  await Deno.remove(place.options.rolloutDir, { recursive: true });
  const options = optionsOf(place, { photos, seen: [0, 2] });
  const { photos: [{ path, glimpses }] } = await explore(options);
  assert.equal(path, paths[0]);
  assert.deepEqual(glimpses.map(({ patches: [patch] }) => patch).toSorted(), [1, 3]);
}, onCpu);

testWithBackend("explore() tells of photos that cannot be read", async () => {
  await using place = await workplace();
  const bad = join(place.root, "bad.png");
  await Deno.writeTextFile(bad, "no photo");
  const photos = [bad, join(place.options.datasetPath, paths[0])];
  const told: string[] = [];
  const onSkip = ({ path }: { path: string }) => told.push(path);
  const result = await explore(optionsOf(place, { photos, onSkip }));
  assert.deepEqual([told, result.skipped.length, result.photos.length], [[bad], 1, 1]);
  await assert.rejects(explore(optionsOf(place, { photos: [bad] })), {
    name: "Error",
    message: /^Cannot choose glimpses: no photo can be read/,
  });
}, onCpu);

testWithBackend(
  "explore() refuses patches beyond the map, and glimpses wider than it",
  async () => {
    await using place = await workplace();
    await assert.rejects(explore(optionsOf(place, { seen: [3, 4] })), {
      name: "RangeError",
      message:
        "Cannot choose glimpses: seen has patch 4, expected one from 0 to 3, as the student's " +
        "map is 2×2 patches",
    });
    await assert.rejects(explore(optionsOf(place, { glimpseSize: 3 })), {
      name: "RangeError",
      message: /size is 3, expected a whole number from 1 to 2/,
    });
  },
  onCpu,
);
