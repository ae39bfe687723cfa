import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { type CacheProblem, verifyCache } from "../../lib/cache/verify_cache.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import {
  badPhoto,
  editFile,
  filesOf,
  flipLastBit,
  paths,
  settings,
  writeCache,
  writeShards,
  writeWithViews,
} from "./cache_support.ts";

/** What is wrong with a cache, told as it is found and at the end alike. */
async function problemsOf(folder: string): Promise<readonly CacheProblem[]> {
  const told: CacheProblem[] = [];
  const { problems } = await verifyCache(folder, { onProblem: (problem) => told.push(problem) });
  assert.deepEqual(told, problems);
  for (const { file } of problems) assert.equal(dirname(file), folder);
  return problems.map((problem) => ({ ...problem, file: basename(problem.file) }));
}

testInFolder("verifyCache() says what is in a whole cache, and writes nothing", async (folder) => {
  const manifest = await writeWithViews(folder);
  const before = await filesOf(folder);
  const progress: string[] = [];
  const report = await verifyCache(folder, {
    onProgress: ({ done, total }) => progress.push(`${done}/${total}`),
  });
  const sizeOf = (kind: string) =>
    Object.entries(before).filter(([name]) => name.startsWith(kind))
      .reduce((sum, [, text]) => sum + text.length, 0);
  assert.deepEqual(report, {
    manifest,
    bytes: { maps: sizeOf("rollouts-"), images: sizeOf("images-"), views: sizeOf("views-") },
    paths: paths.filter((path) => path !== badPhoto.path),
    hasPhotos: false,
    problems: [],
  });
  assert.deepEqual([progress[0], progress.at(-1), progress.length], ["0/9", "9/9", 10]);
  assert.deepEqual(await filesOf(folder), before);
});

testInFolder("verifyCache() goes on and lists every problem", async (folder) => {
  await writeWithViews(folder);
  await flipLastBit(join(folder, "rollouts-00000-of-00003.safetensors"));
  await Deno.truncate(join(folder, "rollouts-00001-of-00003.safetensors"), 100);
  await flipLastBit(join(folder, "images-00000-of-00003.safetensors"));
  await Deno.remove(join(folder, "images-00002-of-00003.safetensors"));
  const views = [0, 2].map((index) => join(folder, `views-0000${index}-of-00003.safetensors`));
  await flipLastBit(views[0]);
  await Deno.copyFile(views[0], join(folder, "views-00000-of-00009.safetensors"));
  await editFile(join(folder, "index.jsonl"), '"row":0', '"row":1');
  const problems = await problemsOf(folder);
  assert.deepEqual(problems.map(({ file }) => file), [
    "index.jsonl",
    "rollouts-00000-of-00003.safetensors",
    "images-00000-of-00003.safetensors",
    "views-00000-of-00003.safetensors",
    "rollouts-00001-of-00003.safetensors",
    "images-00002-of-00003.safetensors",
    "views-00000-of-00009.safetensors",
  ]);
  const faults = [
    /^cannot be read: .*line 1 is not shard 0, row 0\)$/,
    /^has the SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64} as manifest\.json says$|CRC-32/,
    /^cannot be read: .*damaged at b\/a\.jpg \(its CRC-32/,
    /^cannot be read: .*CRC-32/,
    /^has 100 bytes, expected \d+$/,
    /^is missing$/,
    /^is no file of this cache, which has 3 shards$/,
  ];
  for (const [place, { fault, remedy }] of problems.entries()) {
    assert.match(fault, faults[place]);
    assert.match(remedy, /precompute --repair$/);
  }
});

testInFolder("verifyCache() finds shards that have changed places", async (folder) => {
  await writeWithViews(folder);
  for (const kind of ["rollouts", "images", "views"]) {
    const [one, other] = [0, 1].map((n) => join(folder, `${kind}-0000${n}-of-00003.safetensors`));
    await Deno.rename(one, `${one}.other`);
    await Deno.rename(other, one);
    await Deno.rename(`${one}.other`, other);
  }
  const problems = await problemsOf(folder);
  assert.equal(problems.length, 6);
});

testInFolder("verifyCache() says what is missing of a cache", async (folder) => {
  const remedies = async () => (await problemsOf(folder)).map(({ file, fault }) => [file, fault]);
  assert.deepEqual(await remedies(), [["manifest.json", "is missing"]]);
  const remedy = async () => (await problemsOf(folder))[0].remedy;
  assert.equal(await remedy(), "run precompute, or name another --rollout-dir");
  await writeCache(folder);
  const manifest = join(folder, "manifest.json");
  await Deno.rename(manifest, `${folder}.manifest`);
  assert.match(await remedy(), /^run the command that made the cache with precompute --repair, or/);
  await Deno.rename(`${folder}.manifest`, manifest);
  await Deno.remove(join(folder, "index.jsonl"));
  assert.deepEqual(await remedies(), [["index.jsonl", "is missing"]]);
  await editFile(join(folder, "manifest.json"), '"complete": true', '"complete": yes');
  const [[file, fault]] = await remedies();
  assert.equal(file, "manifest.json");
  assert.match(fault, /^cannot be read: it is damaged/);
});

testInFolder("verifyCache() reads what there is of an unfinished cache", async (folder) => {
  await writeShards(await CacheWriter.open(folder, { settings, paths, cacheImages: true }), 2);
  const [problem, ...others] = await problemsOf(folder);
  assert.deepEqual(others, []);
  assert.deepEqual(problem, {
    file: "manifest.json",
    fault: "says that the cache is not complete",
    remedy: "run precompute again, which resumes it",
  });
  await flipLastBit(join(folder, "images-00001-of-00003.safetensors"));
  assert.deepEqual((await problemsOf(folder)).map(({ file }) => file), [
    "manifest.json",
    "images-00001-of-00003.safetensors",
  ]);
});
