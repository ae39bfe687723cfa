/**
 * SIGKILL at random moments: what is resumed ends as if nothing had happened.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Random } from "../../lib/random/random.ts";
import { testWith } from "../support/permissions.ts";
import {
  type Attempt,
  attempt,
  describeKills,
  filesUnder,
  killUntilDone,
  makeCrashPipeline,
  type TaskLine,
} from "./crash_support.ts";

/** Kills that must have hit a running process, for each task. */
const wanted = 50;
/** Kills of one piece of work before it may end. */
const most = 8;

/** Does work over and over under kills, and compares what each ends with. */
async function compareUnderKills(
  name: string,
  variants: readonly {
    readonly line: (folder: string) => TaskLine;
    readonly compared: (folder: string) => Promise<Record<string, string>>;
  }[],
  { root }: { root: string },
): Promise<void> {
  const attempts: Attempt[] = [];
  const random = Random.from("kills", name);
  const whole: Record<string, string>[] = [];
  const durations: number[] = [];
  for (const [index, { line, compared }] of variants.entries()) {
    const folder = join(root, `${name}-whole-${index}`);
    durations.push((await attempt(line(folder), Infinity)).ms);
    whole.push(await compared(folder));
  }
  const kills = () => attempts.filter(({ killed }) => killed).length;
  let runs = 0;
  for (; kills() < wanted; runs++) {
    const index = runs % variants.length;
    const { line, compared } = variants[index];
    const folder = join(root, `${name}-killed-${runs}`);
    attempts.push(
      ...await killUntilDone(line(folder), { random, duration: durations[index], most }),
    );
    assert.deepEqual(await compared(folder), whole[index], `run ${runs} of ${name}`);
  }
  console.log(
    `${name}: ${kills()} kills in ${runs} runs (uninterrupted ${
      durations.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(", ")
    }): ${describeKills(attempts)}`,
  );
  assert(kills() >= wanted);
}

testWith(
  ["read", "write", "run"],
  "precompute, killed 50 times, leaves the same cache",
  async () => {
    const { root, model, common } = await makeCrashPipeline(40);
    const line = (...extra: string[]) => (folder: string): TaskLine => ({
      task: "precompute",
      flags: [
        ...common,
        `--teacher-model=${model}`,
        `--rollout-dir=${folder}`,
        "--discard-ratio=0",
        "--shard-size=4",
        ...extra,
      ],
    });
    const compared = (folder: string) => filesUnder(folder);
    try {
      await compareUnderKills("precompute", [
        { line: line(), compared },
        { line: line("--cache-images"), compared },
        { line: line("--cache-images", "--views=2"), compared },
      ], { root });
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);

testWith(["read", "write", "run"], "train, killed 50 times, ends at the same weights", async () => {
  const { root, model, rolloutDir, common } = await makeCrashPipeline(40);
  const line = (saveEvery: number) => (folder: string): TaskLine => ({
    task: "train",
    flags: [
      ...common,
      `--student-model=${model}`,
      `--rollout-dir=${rolloutDir}`,
      `--run-dir=${folder}`,
      "--downsampling-factor=4",
      "--linear-layer-epochs=2",
      "--ft-epochs=3",
      `--save-every=${saveEvery}`,
      "--resume",
    ],
  });
  const compared = (folder: string) => filesUnder(folder, withoutRates);
  try {
    await compareUnderKills("train", [0, 0.001, 10].map((it) => ({ line: line(it), compared })), {
      root,
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

/** The record without the rate: the one figure in it that no seed decides. */
function withoutRates(name: string, bytes: Uint8Array): Uint8Array {
  if (name !== "metrics.jsonl") return bytes;
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  const steps = lines.map((line) => {
    const { imagesPerSecond: _, ...step } = JSON.parse(line);
    return JSON.stringify(step);
  });
  return new TextEncoder().encode(steps.join("\n"));
}
