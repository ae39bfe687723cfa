/**
 * Registers the fuzzing of every kind of file.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { FuzzOptions, FuzzTally } from "./fuzz.ts";
import type { FuzzNews } from "./fuzz_worker.ts";
import { subjects } from "./subjects.ts";
import { testWithFiles } from "../support/permissions.ts";

/** Milliseconds without a new case after which the last one counts as endless. */
const PATIENCE_MS = 60_000;

/** Memory that a kind may leave behind, threads and garbage included. */
const MOST_GROWTH = 2 ** 30;

/** Registers a test a kind, each of `count` damaged files. */
export function testDamagedFiles({ seed, count }: { seed: number; count: number }): void {
  for (const kind of Object.keys(subjects)) {
    testWithFiles(`damaged files are refused by name or read: ${kind}`, async () => {
      const before = Deno.memoryUsage().rss;
      const tally = await fuzzInWorker({ kind, seed, count });
      console.log(describe(kind, tally));
      assert.equal(tally.mutated, count);
      assert.equal(tally.refused + tally.same + tally.other, count);
      assert.ok(tally.refused > count / 10, "hardly anything was refused: is it damaged at all?");
      assert.ok(Deno.memoryUsage().rss - before < MOST_GROWTH);
    });
  }
}

function describe(kind: string, { corpus, mutated, refused, same, other }: FuzzTally): string {
  const [all, no, yes, another] = [mutated, refused, same, other].map((n) =>
    n.toLocaleString("en-GB")
  );
  return `${kind}: ${all} mutated, ${no} refused, ${yes} read the same, ${another} read as something else\n` +
    `  made of ${corpus.length}: ${corpus.join(" ")}`;
}

function fuzzInWorker(options: FuzzOptions): Promise<FuzzTally> {
  const worker = new Worker(new URL("./fuzz_worker.ts", import.meta.url), { type: "module" });
  return new Promise<FuzzTally>((resolve, reject) => {
    let last = "nothing yet";
    const giveUp = () => reject(new Error(`no end after ${PATIENCE_MS} ms — ${last}`));
    let watchdog = setTimeout(giveUp, PATIENCE_MS);
    worker.onmessage = ({ data }: MessageEvent<FuzzNews>) => {
      clearTimeout(watchdog);
      if ("tally" in data) return resolve(data.tally);
      if ("fault" in data) return reject(new Error(data.fault));
      if ("next" in data) last = data.next;
      else worker.postMessage(options);
      watchdog = setTimeout(giveUp, PATIENCE_MS);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      clearTimeout(watchdog);
      reject(new Error(`the thread died (${event.message}) — ${last}`));
    };
  }).finally(() => worker.terminate());
}
