import assert from "node:assert/strict";
import { join } from "node:path";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import type { CacheSettings } from "../../lib/cache/settings.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { countParameters } from "../../lib/model/parameters.ts";
import { saveModel } from "../../lib/model/save_model.ts";
import { initialModel } from "../../lib/model/model_source.ts";
import { Random } from "../../lib/random/random.ts";
import { TeacherMaps } from "../../lib/visualise/teacher_maps.ts";
import type { TeacherChoice } from "../../lib/visualise/teacher_plan.ts";
import { assertClose } from "../support/numeric.ts";
import { onCpu, paths, testWithBackend, workplace } from "./visualise_support.ts";

type Workplace = Awaited<ReturnType<typeof workplace>>;

/** A photo of the data set; scenes have the size that the teacher wants. */
async function photoOf({ options }: Workplace, { path = paths[0], isInDataset = true } = {}) {
  const file = join(options.datasetPath, path);
  return { file, path, isInDataset, crop: await decodeImage(await Deno.readFile(file)) };
}

/** The maps that a user who says `choice` gets. */
function mapsOf(
  place: Workplace,
  { choice = {}, cache, trainedOn }: {
    choice?: Partial<TeacherChoice>;
    cache?: RolloutCache;
    trainedOn?: CacheSettings;
  } = {},
): TeacherMaps {
  const { teacher, rolloutDir } = place.options;
  return new TeacherMaps({ ...teacher, ...choice }, {
    rolloutDir,
    cache,
    known: { cached: cache?.manifest.settings, trainedOn },
    student: place.description,
  });
}

testWithBackend("TeacherMaps asks the cache's own teacher for what it lacks", async () => {
  await using place = await workplace();
  using cache = await RolloutCache.open(place.options.rolloutDir);
  using maps = mapsOf(place, { cache });
  for (const path of paths.slice(0, 2)) {
    const photo = await photoOf(place, { path, isInDataset: false });
    const { map, isCached } = await maps.mapOf(photo);
    assert.equal(isCached, false);
    assertClose(map, await cache.readMap(path), { tolerance: 1e-6, label: path });
  }
});

testWithBackend("TeacherMaps needs no teacher for what the cache has", async () => {
  await using place = await workplace();
  await Deno.remove(place.teacher.folder, { recursive: true });
  using cache = await RolloutCache.open(place.options.rolloutDir);
  using maps = mapsOf(place, { cache });
  assert.deepEqual(await maps.mapOf(await photoOf(place)), {
    map: await cache.readMap(paths[0]),
    isCached: true,
  });
  assert.equal(maps.name, place.teacher.name);
  assert.equal(await maps.countParameters(), null);
}, onCpu);

testWithBackend("TeacherMaps counts parameters without reading weights", async () => {
  await using place = await workplace();
  await Deno.writeTextFile(join(place.teacher.folder, "model.safetensors"), "broken");
  using cache = await RolloutCache.open(place.options.rolloutDir);
  using maps = mapsOf(place, { cache });
  assert.equal(await maps.countParameters(), countParameters(place.description.model.config));
}, onCpu);

testWithBackend("TeacherMaps rolls out anew when another rollout is asked for", async () => {
  await using place = await workplace();
  using cache = await RolloutCache.open(place.options.rolloutDir);
  using maps = mapsOf(place, { cache, choice: { rollout: { headFusion: "max" } } });
  const { map, isCached } = await maps.mapOf(await photoOf(place));
  assert.equal(isCached, false);
  assert.notDeepEqual(map, await cache.readMap(paths[0]));
}, onCpu);

testWithBackend("TeacherMaps refuses weights that are not those of the cache", async () => {
  await using place = await workplace();
  const { model: description } = place.description;
  const model = initialModel(description.config, Random.from("another teacher"));
  await saveModel(place.teacher.folder, { model, description });
  model.dispose();
  using cache = await RolloutCache.open(place.options.rolloutDir);
  using maps = mapsOf(place, { cache });
  await assert.rejects(maps.mapOf(await photoOf(place, { isInDataset: false })), {
    name: "Error",
    message: /^Cannot map photos: the weights of local-dir:.* have the SHA-256 .*--overwrite$/,
  });
}, onCpu);

testWithBackend(
  "TeacherMaps computes no maps of float32 beside those in half precision",
  async () => {
    await using place = await workplace();
    using cache = await RolloutCache.open(place.options.rolloutDir);
    const trainedOn = { ...cache.manifest.settings, precision: "float16" as const };
    using followed = mapsOf(place, { trainedOn });
    await assert.rejects(followed.mapOf(await photoOf(place)), {
      name: "Error",
      message:
        "Cannot map photos: the backend computes in float32, expected half precision as the " +
        "cache or the student's teacher does; add --half, or --no-half for maps of float32",
    });
    using told = mapsOf(place, { trainedOn, choice: { half: false } });
    assert.equal((await told.mapOf(await photoOf(place))).isCached, false);
  },
  onCpu,
);

testWithBackend("TeacherMaps refuses maps of another crop, cached or not", async () => {
  await using place = await workplace({ cropPct: 0.5 });
  const expected =
    /64×64 pixels \(center, 1, .*, expected .*64×64 pixels \(center, 0\.5, bicubic\)/;
  using cache = await RolloutCache.open(place.options.rolloutDir);
  using cached = mapsOf(place, { cache });
  await assert.rejects(cached.mapOf(await photoOf(place)), (error: Error) => {
    assert.match(error.message, /^Cannot compare maps: the cache .*rollouts has /);
    assert.match(error.message, expected);
    return true;
  });
  using fresh = mapsOf(place, { choice: { model: place.teacher.name } });
  await assert.rejects(fresh.mapOf(await photoOf(place)), (error: Error) => {
    assert.match(error.message, /^Cannot compare maps: the teacher local-dir:.* has /);
    assert.match(error.message, expected);
    return true;
  });
}, onCpu);

testWithBackend("TeacherMaps refuses another crop before it reads weights", async () => {
  await using place = await workplace({ cropPct: 0.5 });
  await Deno.writeTextFile(join(place.teacher.folder, "model.safetensors"), "broken");
  using maps = mapsOf(place, { choice: { model: place.teacher.name } });
  await assert.rejects(maps.mapOf(await photoOf(place)), {
    message: /^Cannot compare maps: the teacher local-dir:.* has /,
  });
}, onCpu);

testWithBackend(
  "TeacherMaps refuses weights that did not teach the student, unless named",
  async () => {
    await using place = await workplace();
    using cache = await RolloutCache.open(place.options.rolloutDir);
    const { settings } = cache.manifest;
    const teacher = { ...settings.teacher, weightsSha256: "f".repeat(64) };
    const trainedOn = { ...settings, teacher };
    using followed = mapsOf(place, { trainedOn });
    await assert.rejects(followed.mapOf(await photoOf(place)), {
      name: "Error",
      message:
        /expected those of the student's teacher, f{64}; put those back, or .*--teacher-model$/,
    });
    using named = mapsOf(place, { trainedOn, choice: { model: place.teacher.name } });
    assert.equal((await named.mapOf(await photoOf(place))).isCached, false);
  },
  onCpu,
);
