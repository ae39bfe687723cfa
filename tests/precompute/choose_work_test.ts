import assert from "node:assert/strict";
import type { Environment } from "../../lib/precompute/choose_part.ts";
import { chooseWork } from "../../lib/precompute/choose_work.ts";

const nowhere = () => undefined;
/** A task of a Slurm array, as far as it matters here. */
const inArray = (name: string) =>
  ({ SLURM_ARRAY_TASK_ID: "1", SLURM_ARRAY_TASK_COUNT: "8" } as Record<string, string>)[name];

Deno.test("chooseWork() tells whole, part and merge apart", () => {
  const flags = { merge: false, overwrite: false };
  assert.deepEqual(chooseWork({ ...flags, overwrite: true }, nowhere), { kind: "whole" });
  assert.deepEqual(chooseWork({ ...flags, shardIndex: 1, shardCount: 2 }, nowhere), {
    kind: "part",
    part: { index: 1, count: 2, source: "--shard-index" },
  });
  const merge = { ...flags, merge: true };
  assert.deepEqual(chooseWork({ ...merge, shardCount: 2 }, inArray), {
    kind: "merge",
  });
});

Deno.test("chooseWork() refuses flags that contradict each other", () => {
  const merge = { merge: true, overwrite: false };
  const usage = (message: RegExp) => ({ name: "UsageError", message });
  assert.throws(
    () => chooseWork({ ...merge, shardIndex: 0 }, nowhere),
    usage(/^--shard-index does not go with --merge, which takes all parts$/),
  );
  assert.throws(
    () => chooseWork({ ...merge, overwrite: true }, nowhere),
    usage(/^--overwrite does not go with --merge/),
  );
  assert.throws(
    () => chooseWork({ merge: false, overwrite: true }, inArray),
    usage(/^--overwrite does not go with a part of the cache \(SLURM_ARRAY_TASK_ID\).*empty/),
  );
});

Deno.test("chooseWork() repairs the whole cache, and with nothing that contradicts it", () => {
  const repair = { merge: false, overwrite: false, repair: true };
  assert.deepEqual(chooseWork(repair, nowhere), { kind: "repair" });
  assert.deepEqual(chooseWork({ ...repair, shardCount: 1 }, inArray), { kind: "repair" });
  const refusals: [flags: object, environment: Environment, message: RegExp][] = [
    [{ overwrite: true }, nowhere, /^--repair does not go with --overwrite/],
    [{ merge: true }, nowhere, /^--repair does not go with --merge/],
    [
      { shardIndex: 0, shardCount: 2 },
      nowhere,
      /^--repair does not go with a part .*--shard-index/,
    ],
    [{}, inArray, /^--repair does not go with a part of the cache \(SLURM_ARRAY_TASK_ID\)/],
  ];
  for (const [flags, environment, message] of refusals) {
    assert.throws(() => chooseWork({ ...repair, ...flags }, environment), {
      name: "UsageError",
      message,
    });
  }
});
