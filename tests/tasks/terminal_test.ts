import assert from "node:assert/strict";
import { Terminal } from "../../tasks/terminal/terminal.ts";

/** Collects what is written, as a pipe or as an 80-column terminal would get it. */
class FakeStream {
  text = "";
  readonly columns = 80;
  constructor(readonly isTTY: boolean) {}
  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

/** Runs `body` under a clock that stands still until told to `advance`. */
function withClock(body: (advance: (ms: number) => void) => void): void {
  const original = performance.now;
  let now = 0;
  performance.now = () => now;
  try {
    body((ms) => now += ms);
  } finally {
    performance.now = original;
  }
}

Deno.test("Terminal.progress() prints a plain line at most every five seconds off a terminal", () => {
  withClock((advance) => {
    const stream = new FakeStream(false);
    const progress = new Terminal({ stream }).progress("Maps", 100);
    for (let done = 1; done <= 60; done++) {
      advance(200);
      progress.update({ done, loss: 0.5 });
    }
    progress.stop();
    assert.deepEqual(stream.text.split("\n"), [
      "Maps: 25/100, 5 images/s, 15s left, loss 0.5",
      "Maps: 50/100, 5 images/s, 10s left, loss 0.5",
      "Maps: 60/100, 5 images/s, 8s left, loss 0.5",
      "",
    ]);
  });
});

Deno.test("Terminal.progress() prints less often the longer the work takes, but each minute", () => {
  withClock((advance) => {
    const stream = new FakeStream(false);
    const hours = 8;
    const progress = new Terminal({ stream }).progress("Maps", hours * 3600);
    const times: number[] = [];
    for (let second = 1; second <= hours * 3600; second++) {
      advance(1000);
      const before = stream.text.length;
      progress.update({ done: second });
      if (stream.text.length > before) times.push(second);
    }
    const gaps = times.map((time, i) => time - (times[i - 1] ?? 0));
    assert.deepEqual([gaps[0], Math.max(...gaps), gaps.at(-1)], [5, 60, 60]);
    assert.ok(gaps.every((gap, i) => i === 0 || gap >= gaps[i - 1]));
    assert.ok(times.length < 600, `${times.length} lines in a night`);
  });
});

Deno.test("Terminal.progress() tells the time taken, long times and another unit", () => {
  withClock((advance) => {
    const stream = new FakeStream(false);
    const progress = new Terminal({ stream }).progress("Scenes", 4000, { unit: "scenes" });
    advance(10_000);
    progress.update({ done: 1, phase: "one" });
    advance(90_000);
    progress.update({ done: 1000 });
    advance(5_000);
    progress.update({ done: 4000 });
    progress.stop();
    progress.stop();
    assert.deepEqual(stream.text.split("\n"), [
      "Scenes: 1/4000, 0.1 scenes/s, 11h06m left, phase one",
      "Scenes: 1000/4000, 10 scenes/s, 5m00s left",
      "Scenes: 4000/4000, 38.1 scenes/s, in 1m45s",
      "",
    ]);
  });
});

Deno.test("Terminal.progress() does not count items done before as fast", () => {
  withClock((advance) => {
    const stream = new FakeStream(false);
    const progress = new Terminal({ stream }).progress("Maps", 1000, { from: 900 });
    advance(10_000);
    progress.update({ done: 910 });
    assert.equal(stream.text, "Maps: 910/1000, 1 images/s, 1m30s left\n");
    progress.stop();
    assert.equal(stream.text.split("\n").length, 2, "the last state is not printed twice");
  });
});

Deno.test("Terminal.progress() draws a bar on a terminal and messages above it", () => {
  const stream = new FakeStream(true);
  const terminal = new Terminal({ stream });
  const progress = terminal.progress("Maps", 10);
  progress.update({ done: 5, loss: 0.25 });
  terminal.say("a photo is skipped");
  progress.stop();
  terminal.say("done");
  const [above, below, after] = stream.text.split(/(?<=\n)/);
  assert.match(above, /Maps ░{24} 0\/10/);
  assert.ok(above.endsWith("\r\x1b[2Ka photo is skipped\n"), "the bar's line is cleared first");
  assert.match(below, /Maps █{12}░{12} 5\/10,.* loss 0\.25.*\n$/);
  assert.equal(after, "done\n");
});

Deno.test("Terminal.progress() stops the stage before it", () => {
  const stream = new FakeStream(false);
  const terminal = new Terminal({ stream });
  const first = terminal.progress("First", 2);
  first.update({ done: 2 });
  const second = terminal.progress("Second", 1);
  assert.match(stream.text, /^First: 2\/2.*\n$/);
  first.stop();
  second.update({ done: 1 });
  terminal.stopProgress();
  assert.match(stream.text, /^First: 2\/2.*\nSecond: 1\/1.*\n$/);
});

Deno.test("Terminal says nothing when quiet", () => {
  const stream = new FakeStream(true);
  const terminal = new Terminal({ stream, quiet: true });
  terminal.say("a");
  terminal.warn("b");
  terminal.print("c");
  const progress = terminal.progress("Maps", 3);
  progress.update({ done: 3 });
  progress.stop();
  assert.equal(stream.text, "");
});

Deno.test("Terminal marks warnings and has a signal of its own by default", () => {
  const stream = new FakeStream(false);
  const terminal = new Terminal({ stream });
  terminal.warn("2 photos skipped");
  assert.equal(stream.text, "warning: 2 photos skipped\n");
  assert.equal(terminal.signal.aborted, false);
});

Deno.test("Terminal does not let a file's name steer it", () => {
  for (const isTTY of [false, true]) {
    const stream = new FakeStream(isTTY);
    new Terminal({ stream }).warn("skipped a\nb\x1b[2J\x9b\u202e.png: it is bad");
    assert.equal(
      stream.text,
      "warning: skipped a\\nb\\u001b[2J\\u009b\\u202e.png: it is bad\n",
    );
  }
});
