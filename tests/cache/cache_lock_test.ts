import assert from "node:assert/strict";
import { join } from "node:path";
import { lockCache } from "../../lib/cache/cache_lock.ts";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { filesOf, paths, settings } from "./cache_support.ts";

const part = (index: number, count: number) => ({ part: { index, count } });

async function refuses(work: Promise<unknown>, message: string | RegExp): Promise<void> {
  await assert.rejects(work, { name: "Error", message });
}

testInFolder("lockCache() lets one process make all of a cache", async (folder) => {
  const wait = "wait until it ends, or name another --rollout-dir";
  {
    await using _lock = await lockCache(folder);
    await refuses(
      lockCache(folder),
      `Cannot write to the cache in ${folder}: another process is at work on it or on parts of it; ${wait}`,
    );
    await refuses(
      lockCache(folder, part(0, 2)),
      `Cannot write to the cache in ${folder}: another process is at work on all of it; ${wait}`,
    );
  }
  assert.deepEqual(await filesOf(folder), {});
});

testInFolder("lockCache() lets each part in once, and nobody for all meanwhile", async (folder) => {
  {
    await using _first = await lockCache(folder, part(0, 3));
    await using _third = await lockCache(folder, part(2, 3));
    await refuses(
      lockCache(folder, part(2, 3)),
      /another process makes part 3 of 3 \(--shard-index=2\) of it; wait/,
    );
    await refuses(lockCache(folder), /at work on it or on parts of it/);
  }
  await using _all = await lockCache(folder);
});

testInFolder(
  "lockCache() refuses a part of another number while there are parts",
  async (folder) => {
    {
      await using _first = await lockCache(folder, part(0, 3));
      await refuses(
        lockCache(folder, part(1, 2)),
        /another process makes one of 3 parts of it, expected as many as here, 2; .*--shard-count$/,
      );
      await using _third = await lockCache(folder, part(2, 3));
    }
    await using _second = await lockCache(folder, part(1, 2));
  },
);

testInFolder("lockCache() minds no locks that killed processes have left", async (folder) => {
  for (const name of [".precompute.lock", ".precompute-0-of-3.lock", ".precompute-1-of-2.lock"]) {
    await Deno.writeTextFile(join(folder, name), "");
  }
  await (await lockCache(folder, part(1, 2)))[Symbol.asyncDispose]();
  {
    await using _all = await lockCache(folder);
    await CacheWriter.open(folder, { settings, paths });
  }
  assert.deepEqual(Object.keys(await filesOf(folder)), ["manifest.json"]);
});
