import assert from "node:assert/strict";
import { Listener } from "./bench_support.ts";
import { type Contender, measurePairs } from "./pairs.ts";
import { PeerError } from "./peer_process.ts";

/** A side that notes its calls and takes so long by its own account. */
function side(name: string, calls: string[], { prepared = 1, time }: {
  prepared?: number;
  time: (call: number) => number;
}): Contender {
  let call = 0;
  return {
    prepare: () => {
      calls.push(`prepare ${name}`);
      return Promise.resolve(prepared);
    },
    time: (iterations) => {
      calls.push(`${name} ×${iterations}`);
      return new Promise((resolve) => resolve(time(call++)));
    },
  };
}

Deno.test("measurePairs() lets both sides take turns", async () => {
  const calls: string[] = [];
  const times = await measurePairs({
    title: "t",
    repeats: 2,
    ours: side("ours", calls, { time: (call) => call + 1 }),
    peer: side("peer", calls, { time: (call) => call + 5 }),
    reporter: new Listener(),
  });
  assert.deepEqual(times, { ours: [1, 2], peer: [5, 6] });
  const turns = ["ours ×1", "peer ×1"];
  assert.deepEqual(calls, ["prepare ours", "prepare peer", ...turns, ...turns]);
});

Deno.test("measurePairs() repeats what is too short for the clock", async () => {
  const calls: string[] = [];
  const ours = side("ours", calls, { prepared: 0.01, time: () => 0.01 });
  await measurePairs({ title: "t", repeats: 1, ours, reporter: new Listener() });
  const timing = "ours ×100"; // the first two do not count
  assert.deepEqual(calls, ["prepare ours", timing, timing, timing]);
});

Deno.test("measurePairs() goes on alone when the peer fails, and names it", async () => {
  const calls: string[] = [];
  const listener = new Listener();
  const peer = side("peer", calls, {
    time: (call) => {
      if (call === 1) throw new PeerError("out of memory");
      return 1;
    },
  });
  const ours = side("ours", calls, { time: () => 1 });
  const times = await measurePairs({ title: "t", repeats: 3, ours, peer, reporter: listener });
  assert.deepEqual(times, { ours: [1, 1, 1] });
  assert.deepEqual(listener.warned, ["t: no comparison, out of memory"]);
  assert.equal(calls.filter((call) => call.startsWith("peer")).length, 2);
});

Deno.test("measurePairs() does not hide a failure of our own", async () => {
  const ours = side("ours", [], {
    time: () => {
      throw new TypeError("a bug");
    },
  });
  const options = { title: "t", repeats: 1, ours, reporter: new Listener() };
  await assert.rejects(measurePairs(options), TypeError);
});

Deno.test("measurePairs() ends when it is interrupted", async () => {
  const controller = new AbortController();
  const calls: string[] = [];
  const ours = side("ours", calls, {
    time: () => {
      controller.abort();
      return 1;
    },
  });
  const reporter = new Listener(controller.signal);
  await assert.rejects(measurePairs({ title: "t", repeats: 9, ours, reporter }), {
    name: "AbortError",
  });
  assert.equal(calls.length, 2);
});
