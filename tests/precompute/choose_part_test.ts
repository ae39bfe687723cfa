import assert from "node:assert/strict";
import { UsageError } from "../../lib/config/usage_error.ts";
import { choosePart, type PartFlags } from "../../lib/precompute/choose_part.ts";

type Variables = Readonly<Record<string, string>>;

const environmentOf = (variables: Variables) => (name: string) => variables[name];

/** A task of a Slurm array, as Slurm sets its environment. */
function slurm(id: number, { min = 0, max = 7, step = 1 } = {}): Variables {
  const count = Math.floor((max - min) / step) + 1;
  const numbers = { ID: id, COUNT: count, MIN: min, MAX: max, STEP: step };
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [`SLURM_ARRAY_TASK_${name}`, String(value)]),
  );
}

function choose(flags: PartFlags, variables: Variables = {}) {
  return choosePart(flags, environmentOf(variables));
}

function refuses(flags: PartFlags, variables: Variables, message: RegExp): void {
  assert.throws(() => choose(flags, variables), (error: Error) => {
    assert(error instanceof UsageError, `${error}`);
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("choosePart() takes all of the cache where nobody says otherwise", () => {
  assert.equal(choose({}), undefined);
  assert.equal(choose({ shardCount: 1 }), undefined);
  assert.equal(choose({ shardIndex: 0, shardCount: 1 }), undefined);
  assert.equal(choose({}, { SLURM_JOB_ID: "7", SLURM_NTASKS: "4" }), undefined);
});

Deno.test("choosePart() takes the part that the flags say", () => {
  const part = { index: 2, count: 8, source: "--shard-index" };
  assert.deepEqual(choose({ shardIndex: 2, shardCount: 8 }), part);
  assert.deepEqual(choose({ shardIndex: 2, shardCount: 8 }, slurm(5)), part);
  assert.deepEqual(choose({ shardIndex: 2, shardCount: 8 }, { JOB_COMPLETION_INDEX: "5" }), part);
  refuses(
    { shardIndex: 8, shardCount: 8 },
    {},
    /--shard-index is part 8, .*below --shard-count, 8/,
  );
  refuses(
    { shardIndex: 2, shardCount: 1 },
    {},
    /--shard-index is part 2, .*below --shard-count, 1/,
  );
  refuses({ shardIndex: 2 }, slurm(5), /--shard-index is 2, but of how many.*--shard-count$/);
  refuses({ shardCount: 8 }, {}, /--shard-count is 8, but which part .*--shard-index/);
});

Deno.test("choosePart() takes a Slurm array's task for a part", () => {
  const source = "SLURM_ARRAY_TASK_ID";
  assert.deepEqual(choose({}, slurm(5)), { index: 5, count: 8, source });
  assert.deepEqual(choose({}, slurm(1, { min: 1, max: 8 })), { index: 0, count: 8, source });
  assert.deepEqual(choose({}, slurm(30, { min: 10, max: 39, step: 10 })), {
    ...{ index: 2, count: 3, source },
  });
  assert.equal(choose({ shardCount: 1 }, slurm(5)), undefined);
  assert.equal(choose({}, slurm(0, { max: 0 })), undefined);
});

Deno.test("choosePart() takes each task of an array for another part, whatever its ids", () => {
  for (const [min, max, step] of [[0, 7, 1], [1, 8, 1], [4, 32, 4], [3, 20, 5]]) {
    const parts: number[] = [];
    for (let id = min; id <= max; id += step) {
      parts.push(choose({}, slurm(id, { min, max, step }))!.index);
    }
    assert.deepEqual(parts, parts.map((_, place) => place));
  }
});

Deno.test("choosePart() takes a task run again for the part that its id says", () => {
  const source = "SLURM_ARRAY_TASK_ID";
  const again = slurm(5, { min: 5, max: 5 });
  assert.deepEqual(choose({ shardCount: 8 }, again), { index: 5, count: 8, source });
  assert.deepEqual(choose({ shardCount: 8 }, slurm(8, { min: 1, max: 8 })), {
    ...{ index: 7, count: 8, source },
  });
  const gaps = { ...slurm(5, { min: 3, max: 5 }), SLURM_ARRAY_TASK_COUNT: "2" }; // --array=3,5
  refuses(
    {},
    { ...gaps, SLURM_ARRAY_TASK_ID: "3" },
    /SLURM_ARRAY_TASK_ID is 3 in an array with gaps/,
  );
  refuses({}, gaps, /SLURM_ARRAY_TASK_ID is 5 in an array with gaps.*give --shard-count/);
  assert.deepEqual(choose({ shardCount: 8 }, gaps), { index: 5, count: 8, source });
  refuses({ shardCount: 4 }, slurm(5), /SLURM_ARRAY_TASK_ID is part 5, .*below --shard-count, 4/);
});

Deno.test("choosePart() takes an indexed Job's pod for a part, as often as it completes", () => {
  const source = "JOB_COMPLETION_INDEX";
  const pod = { JOB_COMPLETION_INDEX: "3" };
  const part = { index: 3, count: 8, source };
  assert.deepEqual(choose({}, { ...pod, JOB_COMPLETIONS: "8" }), part);
  assert.deepEqual(choose({ shardCount: 8 }, pod), part);
  assert.deepEqual(choose({ shardCount: 8 }, { ...pod, JOB_COMPLETIONS: "4" }), part);
  assert.equal(choose({ shardCount: 1 }, pod), undefined);
  refuses({}, pod, /JOB_COMPLETION_INDEX is 3, but of how many.*JOB_COMPLETIONS; --shard-count=1/);
  refuses({}, { ...pod, JOB_COMPLETIONS: "3" }, /JOB_COMPLETION_INDEX is part 3, .*, 3/);
});

Deno.test("choosePart() refuses what is no number, and says how to leave it unread", () => {
  for (const text of ["-1", "1.5", "first", "0x1", "1e99"]) {
    const variables = { JOB_COMPLETION_INDEX: text, JOB_COMPLETIONS: "8" };
    refuses({}, variables, /JOB_COMPLETION_INDEX is .*, expected a whole number; --shard-count=1/);
    assert.equal(choose({ shardCount: 1 }, variables), undefined);
  }
});
