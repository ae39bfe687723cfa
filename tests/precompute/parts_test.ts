/**
 * A cache made in parts: whatever their number, order and mishaps, the merged one is that of one process.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { lockCache } from "../../lib/cache/cache_lock.ts";
import { mergeCache } from "../../lib/precompute/merge_cache.ts";
import {
  type CompletePrecomputeOptions,
  precomputeDataset,
  precomputeDatasetPart,
} from "../../lib/precompute/precompute_dataset.ts";
import { Random } from "../../lib/random/random.ts";
import { editFile, filesOf, flipLastBit } from "../cache/cache_support.ts";
import { testWith } from "../support/permissions.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** 11 photos, one of them bad: six shards. */
const shards = 6;

interface Place {
  readonly root: string;
  /** Makes the cache in a folder of the root. */
  readonly job: (folder: string) => CompletePrecomputeOptions;
}

function testWithPhotos(name: string, body: (place: Place) => Promise<void>): void {
  testWith(["read", "write", "env"], name, async () => {
    await openBackend("wasm");
    const { root, options: { source, datasetPath } } = await makeTinyPipeline({ photos: 11 });
    await Deno.writeTextFile(join(datasetPath, "scene-00004.png"), "no picture");
    const rollout = { mode: "paper", headFusion: "mean", discardRatio: 0 } as const;
    const sizes = { shardSize: 2, batchSize: 4, workers: 1, modelWorkers: 1 };
    const job = (folder: string) => ({
      ...{ source, rollout, datasetPath, ...sizes },
      rolloutDir: join(root, folder),
    });
    await body({ root, job });
    await Deno.remove(root, { recursive: true });
  });
}

async function expectedFiles(options: CompletePrecomputeOptions): Promise<Record<string, string>> {
  await precomputeDataset(options);
  return await filesOf(options.rolloutDir);
}

/** The numbers from 0 to `count`, shuffled. */
function shuffled(count: number): number[] {
  const random = Random.from(`parts ${count}`);
  const keyed = Array.from({ length: count }, (_, index) => ({ index, key: random.uniform() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ index }) => index);
}

testWithPhotos("mergeCache() finds a flipped bit that no manifest knows of", async ({ job }) => {
  const options = job("merged");
  for (const index of [0, 1]) {
    await precomputeDatasetPart({ ...options, part: { index, count: 2 } });
  }
  const file = join(options.rolloutDir, "rollouts-00003-of-00006.safetensors");
  await flipLastBit(file);
  await assert.rejects(mergeCache(options), (error: Error) => {
    assert.ok(error.message.startsWith(`Cannot read shard: ${file} is damaged (its CRC-32 is an`));
    return true;
  });
});

testWithPhotos("parts of any number, in any order, twice, merge to the whole", async ({ job }) => {
  const expected = await expectedFiles(job("whole"));
  for (const count of [1, 2, 3, 7]) {
    const options = job(`of-${count}`);
    for (const index of [...shuffled(count), ...shuffled(count)]) {
      await precomputeDatasetPart({ ...options, part: { index, count } });
    }
    await mergeCache(options);
    assert.deepEqual(await filesOf(options.rolloutDir), expected, `${count} parts`);
  }
});

testWithPhotos("parts at the same time merge to the whole, pixels too", async ({ job }) => {
  const expected = await expectedFiles({ ...job("whole"), cacheImages: true });
  const options = { ...job("parts"), cacheImages: true };
  const count = 3;
  await Promise.all(
    shuffled(count).map((index) => precomputeDatasetPart({ ...options, part: { index, count } })),
  );
  await mergeCache({ ...options, withImages: true });
  assert.deepEqual(await filesOf(options.rolloutDir), expected);
});

testWithPhotos("views are mapped in parts once the maps are merged", async ({ job }) => {
  const views = { perPhoto: 2, seed: 3 };
  const expected = await expectedFiles({ ...job("whole"), views });
  const options = { ...job("parts"), views };
  const parts = shuffled(2).map((index) => ({ ...options, part: { index, count: 2 } }));
  await assert.rejects(precomputeDatasetPart(parts[0]), {
    message:
      /^Cannot map views in parts: .* are not merged; .*--merge, then the parts with --views$/,
  });
  for (const part of parts) await precomputeDatasetPart({ ...part, views: undefined });
  await assert.rejects(precomputeDatasetPart(parts[0]), { message: /Cannot map views in parts/ });
  await mergeCache(job("parts"));
  const { absent } = await precomputeDatasetPart(parts[0]);
  assert.equal(absent.length, shards / 2);
  await assert.rejects(mergeCache(job("parts")), {
    message: /3 files are missing .*views-0000.*again with --views/,
  });
  await precomputeDatasetPart(parts[1]);
  await mergeCache(job("parts"));
  assert.deepEqual(await filesOf(options.rolloutDir), expected);
});

testWithPhotos(
  "a part says what others have yet to do, and only makes its own",
  async ({ job }) => {
    const options = job("parts");
    const first = await precomputeDatasetPart({ ...options, part: { index: 0, count: 4 } });
    assert.deepEqual([first.shards, first.total], [2, shards]);
    assert.deepEqual(first.absent.map(({ index }) => index), [1, 2, 3, 5]);
    const seen: number[] = [];
    const again = await precomputeDatasetPart({
      ...{ ...options, part: { index: 0, count: 4 } },
      onProgress: ({ done, total }) => seen.push(done, total),
    });
    assert.deepEqual(seen, [4, 4], "nothing is left to do");
    assert.deepEqual(again, first);
    const surplus = await precomputeDatasetPart({
      ...{ ...options, part: { index: 7, count: 8 } },
      onTeacher: () => assert.fail("a part without shards needs no teacher"),
    });
    assert.deepEqual([surplus.shards, surplus.absent.length], [0, 4]);
  },
);

testWithPhotos("a part begun makes only its unfinished shards again", async ({ job }) => {
  const expected = await expectedFiles(job("whole"));
  const options = { ...job("parts"), part: { index: 1, count: 2 }, batchSize: 1 };
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => done === 2 && stop.abort();
  await assert.rejects(precomputeDatasetPart({ ...options, onProgress, signal: stop.signal }));
  assert.equal(Object.keys(await filesOf(options.rolloutDir)).filter(isMaps).length, 1);
  const seen: number[] = [];
  await precomputeDatasetPart({ ...options, onProgress: ({ done }) => seen.push(done) });
  assert.equal(seen[0], 2);
  await precomputeDatasetPart({ ...options, part: { index: 0, count: 2 } });
  await mergeCache(options);
  assert.deepEqual(await filesOf(options.rolloutDir), expected);
});

const isMaps = (name: string) => name.startsWith("rollouts-");

testWithPhotos("mergeCache() names what is missing and writes nothing", async ({ job }) => {
  const options = { ...job("parts"), cacheImages: true };
  await precomputeDatasetPart({ ...options, part: { index: 1, count: 3 } });
  const before = await filesOf(options.rolloutDir);
  const { rolloutDir } = options;
  await assert.rejects(mergeCache({ rolloutDir, shardCount: 3 }), {
    name: "Error",
    message: new RegExp(
      `^Cannot merge: 8 files are missing in ${rolloutDir} \\(rollouts-00000-of-00006.*, ` +
        ".*\\); run again with --cache-images --shard-index 0,2 of --shard-count=3$",
    ),
  });
  await assert.rejects(mergeCache({ rolloutDir }), /--merge --shard-count=N names them/);
  const { ".precompute.lock": _, ...files } = before;
  assert.deepEqual(await filesOf(rolloutDir), files);
});

testWithPhotos(
  "mergeCache() refuses pixels of some photos, or none where asked",
  async ({ job }) => {
    const options = job("parts");
    await precomputeDatasetPart({ ...options, part: { index: 0, count: 2 }, cacheImages: true });
    await precomputeDatasetPart({ ...options, part: { index: 1, count: 2 } });
    await assert.rejects(mergeCache(options), { message: /3 files are missing .*\(images-00001/ });
    const without = job("without");
    await precomputeDataset(without);
    await assert.rejects(mergeCache({ ...without, withImages: true }), {
      message: /6 files are missing/,
    });
  },
);

testWithPhotos("mergeCache() refuses damage, strangers and company", async ({ job }) => {
  const options = job("parts");
  const { rolloutDir } = options;
  const merging = () => mergeCache(options);
  await assert.rejects(merging(), { message: /holds no manifest.json, expected what the parts/ });
  await assert.rejects(Deno.stat(rolloutDir), Deno.errors.NotFound);
  for (const index of [0, 1]) {
    await precomputeDatasetPart({ ...options, part: { index, count: 2 } });
  }
  {
    await using _part = await lockCache(rolloutDir, { part: { index: 0, count: 2 } });
    await assert.rejects(merging(), { message: /another process is at work/ });
  }
  const file = join(rolloutDir, "rollouts-00003-of-00006.safetensors");
  const whole = await Deno.readFile(file);
  await Deno.writeFile(file, whole.subarray(0, -1));
  await assert.rejects(merging(), { name: "SyntaxError", message: /rollouts-00003-of-00006/ });
  await Deno.writeFile(file, whole);
  await editFile(file, '"cache":"', '"cache":"0');
  await assert.rejects(merging(), { name: "SyntaxError", message: /rollouts-00003-of-00006/ });
  await Deno.writeFile(file, whole);
  await merging();
});

testWithPhotos(
  "mergeCache() counts the files that it reads, and stops between two",
  async ({ job }) => {
    const options = { ...job("parts"), cacheImages: true };
    const { rolloutDir } = options;
    await precomputeDatasetPart({ ...options, part: { index: 0, count: 2 } });
    await precomputeDatasetPart({ ...options, part: { index: 1, count: 2 } });
    const before = await filesOf(rolloutDir);
    const controller = new AbortController();
    const stopping = mergeCache({
      rolloutDir,
      signal: controller.signal,
      onCheck: ({ done }) => done === 14 && controller.abort(),
    });
    await assert.rejects(stopping, { name: "AbortError" });
    assert.deepEqual((await filesOf(rolloutDir))["manifest.json"], before["manifest.json"]);
    const counts: number[] = [];
    let total = 0;
    await mergeCache({
      rolloutDir,
      onCheck: (progress) => {
        counts.push(progress.done);
        total = progress.total;
      },
    });
    assert.equal(total, 6 + 6 + 6); // maps for their photos, maps and pixels for their SHA-256
    assert.deepEqual(counts, Array.from({ length: total + 1 }, (_, done) => done));
  },
);

testWithPhotos(
  "precomputeDataset() and its parts keep out of each other's way",
  async ({ job }) => {
    const options = job("cache");
    const part = { ...options, part: { index: 0, count: 2 } };
    const company = { message: /Cannot write to the cache in .*: another process is at work/ };
    const [first, second] = await Promise.allSettled([
      precomputeDataset(options),
      precomputeDataset(options),
    ]);
    assert.deepEqual([first.status, second.status].sort(), ["fulfilled", "rejected"]);
    const { reason } = [first, second].find((it) => it.status === "rejected")!;
    assert.match(reason.message, company.message);
    {
      await using _lock = await lockCache(options.rolloutDir);
      await assert.rejects(precomputeDatasetPart(part), company);
    }
    {
      await using _lock = await lockCache(options.rolloutDir, part);
      await assert.rejects(precomputeDataset({ ...options, overwrite: true }), company);
      await assert.rejects(precomputeDatasetPart(part), { message: /makes part 1 of 2/ });
      await precomputeDatasetPart({ ...part, part: { index: 1, count: 2 } });
    }
  },
);
