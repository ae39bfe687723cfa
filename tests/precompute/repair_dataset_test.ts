import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import type { CacheFault } from "../../lib/cache/find_faults.ts";
import { readManifest } from "../../lib/cache/manifest.ts";
import { verifyCache } from "../../lib/cache/verify_cache.ts";
import { listImages } from "../../lib/dataset/image_folder.ts";
import { precomputeDataset } from "../../lib/precompute/precompute_dataset.ts";
import { repairDataset, type RepairDatasetOptions } from "../../lib/precompute/repair_dataset.ts";
import { Random } from "../../lib/random/random.ts";
import { filesOf, flipLastBit } from "../cache/cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

type Files = Record<string, string>;

/** A whole cache with pixels and a view of each photo, to damage again and again. */
interface Subject extends AsyncDisposable {
  readonly folder: string;
  /** Every file as it must be. */
  readonly whole: Files;
  /** Damages files, has verify find that, repairs, and checks that every byte is as before. */
  repairs(
    damage: () => Promise<void>,
    options?: Partial<RepairDatasetOptions>,
  ): Promise<{ repaired: string[]; rewritten: string[]; loads: number }>;
  /** The options of the run that made the cache. */
  readonly options: RepairDatasetOptions;
}

async function makeSubject(): Promise<Subject> {
  await openBackend("wasm");
  const { root, options: { source, datasetPath, rolloutDir } } = await makeTinyPipeline({
    cacheImages: true,
    viewsPerPhoto: 1,
  });
  const options: RepairDatasetOptions = {
    ...{ source, datasetPath, rolloutDir, shardSize: 4, batchSize: 4, workers: 1 },
    rollout: { mode: "paper", headFusion: "mean", discardRatio: 0 },
  };
  const whole = await filesOf(rolloutDir);
  return {
    folder: rolloutDir,
    whole,
    options,
    async repairs(damage, more) {
      await damage();
      const { problems } = await verifyCache(rolloutDir);
      assert(problems.length > 0, "verify finds it");
      const before = await changesOf(rolloutDir);
      const repaired: CacheFault[] = [];
      let loads = 0;
      await repairDataset({
        ...options,
        ...more,
        onTeacherNeeded: () => Promise.resolve(void loads++),
        onRepair: (fault) => repaired.push(fault),
      });
      const now = await filesOf(rolloutDir);
      for (const name of Object.keys({ ...now, ...whole })) {
        assert(now[name] === whole[name], `${name} is as it was`);
      }
      const after = await changesOf(rolloutDir);
      const rewritten = Object.keys(after)
        .filter((name) => name.endsWith(".safetensors") && before[name] !== after[name]);
      return { repaired: repaired.map(({ file }) => file), rewritten, loads };
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** What changes when a file is written anew, even with the same bytes. */
async function changesOf(folder: string): Promise<Record<string, string>> {
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  const stats = names.map(async (name) => {
    const { ino, mtime } = await Deno.stat(join(folder, name));
    return [name, `${ino} ${mtime?.getTime()}`] as const;
  });
  return Object.fromEntries(await Promise.all(stats));
}

const shard = (kind: string, index: number) => `${kind}-0000${index}-of-00003.safetensors`;

async function swap(folder: string, one: string, other: string): Promise<void> {
  await Deno.rename(join(folder, one), join(folder, "swapped"));
  await Deno.rename(join(folder, other), join(folder, one));
  await Deno.rename(join(folder, "swapped"), join(folder, other));
}

testWithFiles("repairDataset() makes anew what is damaged, and nothing else", async () => {
  await using subject = await makeSubject();
  const { folder, whole, repairs } = subject;
  const random = Random.from("repair");
  for (const name of Object.keys(whole)) {
    if (name.startsWith(".")) continue;
    const isShard = name.endsWith(".safetensors");
    const isOfTeacher = /^(rollouts|views)-/.test(name);
    const path = join(folder, name);
    const damages = [
      () => Deno.remove(path),
      () => Deno.truncate(path, random.integer(0, whole[name].length - 1)),
    ];
    for (const damage of damages) {
      const { repaired, rewritten, loads } = await repairs(damage);
      assert.deepEqual(repaired, [name]);
      if (!isShard) continue;
      assert.equal(loads, isOfTeacher ? 1 : 0, `the teacher is loaded for maps alone: ${name}`);
      const beside = name.startsWith("rollouts-") ? [name.replace("rollouts", "images")] : [];
      assert.deepEqual(rewritten, [...beside, name], "maps are made together with pixels");
    }
  }
});

/** Blank and line break, of which JSON may have more or fewer. */
const blanks = [0x20, 0x0a];

testWithFiles("repairDataset() mends a flipped bit wherever it is", async () => {
  await using subject = await makeSubject();
  const { folder, whole, repairs } = subject;
  const random = Random.from("flips");
  for (const name of Object.keys(whole).filter((name) => !name.startsWith("."))) {
    const bytes = await Deno.readFile(join(folder, name));
    const start = random.integer(0, bytes.length);
    const place = bytes.findIndex((byte, at) => at >= start && !blanks.includes(byte));
    bytes[place] ^= 1 << random.integer(0, 8);
    const { repaired } = await repairs(() => Deno.writeFile(join(folder, name), bytes));
    assert.deepEqual(repaired, [name]);
  }
});

testWithFiles("repairDataset() puts shards back that have changed places", async () => {
  await using subject = await makeSubject();
  const { folder, repairs } = subject;
  for (const kind of ["rollouts", "images", "views"]) {
    const [one, other] = [shard(kind, 0), shard(kind, 2)];
    const { repaired } = await repairs(() => swap(folder, one, other));
    assert.deepEqual(repaired, [one, other]);
    const flipped = await repairs(() => flipLastBit(join(folder, one)));
    assert.deepEqual(flipped.repaired, [one]);
  }
  const { repaired } = await repairs(() => swap(folder, shard("rollouts", 1), shard("views", 1)));
  assert.deepEqual(repaired, [shard("rollouts", 1), shard("views", 1)]);
});

testWithFiles("repairDataset() mends an index and a manifest without a map", async () => {
  await using subject = await makeSubject();
  const { folder, whole, repairs } = subject;
  const lines = whole["index.jsonl"].split("\n");
  const swapped = [lines[1], lines[0], ...lines.slice(2)].join("\n");
  const index = await repairs(() => Deno.writeTextFile(join(folder, "index.jsonl"), swapped));
  assert.deepEqual(index, { repaired: ["index.jsonl"], rewritten: [], loads: 0 });
  const manifest = join(folder, "manifest.json");
  for (const damage of [() => Deno.writeTextFile(manifest, "{"), () => Deno.remove(manifest)]) {
    const { repaired, rewritten } = await repairs(damage);
    assert.deepEqual({ repaired, rewritten }, { repaired: ["manifest.json"], rewritten: [] });
  }
  const everything = await repairs(async () => {
    await Deno.remove(manifest);
    await flipLastBit(join(folder, shard("rollouts", 1)));
    await flipLastBit(join(folder, shard("images", 0)));
  });
  assert.deepEqual(everything.repaired, [
    "manifest.json",
    shard("images", 0),
    shard("rollouts", 1),
  ]);
});

testWithFiles("repairDataset() removes shards of another cache", async () => {
  await using subject = await makeSubject();
  const { folder, options, repairs } = subject;
  await using elsewhere = await temporaryFolder();
  const { rolloutDir: other } = { rolloutDir: join(elsewhere.path, "maps") };
  const rollout = { ...options.rollout, discardRatio: 0.5 };
  await precomputeDataset({ ...options, rollout, rolloutDir: other });
  const place = shard("rollouts", 2);
  const { repaired } = await repairs(async () => {
    await Deno.copyFile(join(other, place), join(folder, place));
    await Deno.copyFile(join(other, place), join(folder, "rollouts-00000-of-00009.safetensors"));
  });
  assert.deepEqual(repaired, [place, "rollouts-00000-of-00009.safetensors"]);
});

testWithFiles("repairDataset() refuses what it cannot know, and removes nothing", async () => {
  await using subject = await makeSubject();
  const { folder, options } = subject;
  await flipLastBit(join(folder, shard("rollouts", 0)));
  const damaged = await filesOf(folder);
  const rollout = { ...options.rollout, discardRatio: 0.5 };
  const refuses = async (message: RegExp, more: Partial<RepairDatasetOptions>) => {
    const before = await filesOf(folder);
    await assert.rejects(repairDataset({ ...options, ...more }), { message });
    assert.deepEqual(await filesOf(folder), before);
  };
  await refuses(/it holds another one \(discard ratio: 0 in the cache, 0\.5 asked\)/, { rollout });
  const photo = join(options.datasetPath, "another.png");
  await Deno.copyFile(join(options.datasetPath, "scene-00000.png"), photo);
  await refuses(/of other photos \(number of photos: 10 in the cache, 11 asked; SHA-256/, {});
  await Deno.remove(photo);
  await refuses(/holds no cache, expected one/, { rolloutDir: join(folder, "none") });
  await Deno.remove(join(folder, "manifest.json"));
  await refuses(/no manifest that can be read, and no file made of these .*00000-of-00003/, {
    rollout,
  });
  await Deno.writeTextFile(join(folder, "manifest.json"), damaged["manifest.json"]);
  await repairDataset(options);
  assert.deepEqual(await filesOf(folder), subject.whole);
});

testWithFiles("repairDataset() goes on after an interruption", async () => {
  await using subject = await makeSubject();
  const { folder, options, repairs } = subject;
  await repairs(async () => {
    await flipLastBit(join(folder, shard("views", 0)));
    await flipLastBit(join(folder, shard("rollouts", 1)));
    const stop = new AbortController();
    const onRepair = () => stop.abort();
    await assert.rejects(
      repairDataset({ ...options, signal: stop.signal, onRepair }),
      { name: "AbortError" },
    );
    assert.equal((await readManifest(folder))?.complete, false, "what is left says so");
  });
});

testWithFiles("repairDataset() makes anew what was made of a photo that has changed", async () => {
  await using subject = await makeSubject();
  const { folder, options } = subject;
  const { datasetPath } = options;
  const photoFiles = () =>
    listImages(datasetPath).then((paths) => ({ folder: datasetPath, paths }));
  const problemsOf = async () => {
    const { problems, hasPhotos } = await verifyCache(folder, { photos: await photoFiles() });
    assert(hasPhotos);
    return problems.map(({ file, fault }) => `${basename(file)} ${fault}`);
  };
  assert.deepEqual(await problemsOf(), []);
  const [changed, gone] = [0, 5].map((n) => join(datasetPath, `scene-0000${n}.png`));
  await Deno.copyFile(join(datasetPath, "scene-00007.png"), changed);
  await Deno.rename(gone, join(datasetPath, "new.png"));
  assert.deepEqual(await problemsOf(), [
    "images holds 1 photo that the cache lacks (new.png)",
    "scene-00000.png has changed since its map was made",
    "scene-00005.png is gone",
  ]);
  await Deno.rename(join(datasetPath, "new.png"), gone);

  const repaired: string[] = [];
  await repairDataset({ ...options, onRepair: ({ file }) => repaired.push(file) });
  assert.deepEqual(repaired, ["rollouts", "images", "views"].map((kind) => shard(kind, 0)));
  assert.deepEqual(await problemsOf(), []);
  await using elsewhere = await temporaryFolder();
  const fresh = join(elsewhere.path, "maps");
  const views = { perPhoto: 1, seed: 2 };
  await precomputeDataset({ ...options, rolloutDir: fresh, cacheImages: true, views });
  assert.deepEqual(await filesOf(folder), await filesOf(fresh));
});
