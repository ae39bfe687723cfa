import assert from "node:assert/strict";
import { type Loaded, readAhead } from "../../lib/precompute/read_ahead.ts";

const numbers = Array.from({ length: 20 }, (_, number) => number);

Deno.test("readAhead() keeps the order, whichever item is ready first", async () => {
  const finished: number[] = [];
  const load = async (item: number) => {
    for (let turn = item % 4 * 5; turn < 20; turn++) await Promise.resolve(); // later ones are faster
    finished.push(item);
    return item * 2;
  };
  const loaded = await Array.fromAsync(readAhead(numbers, { load, ahead: 4 }));
  assert.deepEqual(loaded, numbers.map((item) => ({ item, value: item * 2 })));
  assert.notDeepEqual(finished, numbers);
});

Deno.test("readAhead() has `ahead` items in hand while the caller works, and never more", async () => {
  for (const ahead of [1, 3, 50]) {
    let [started, taken, most] = [0, 0, 0];
    const load = (item: number) => {
      most = Math.max(most, ++started - taken);
      return Promise.resolve(item);
    };
    for await (const _ of readAhead(numbers, { load, ahead })) taken++;
    assert.equal(most, Math.min(ahead, numbers.length));
    assert.equal(taken, numbers.length);
  }
});

Deno.test("readAhead() gives a failure out in its turn and goes on", async () => {
  const load = (item: number) =>
    item % 2 ? Promise.reject(new Error(`bad ${item}`)) : Promise.resolve(item);
  const loaded: Loaded<number, number>[] = await Array.fromAsync(
    readAhead(numbers, { load, ahead: 8 }),
  );
  assert.deepEqual(
    loaded.map((one) => "error" in one ? one.error.message : one.value),
    numbers.map((item) => item % 2 ? `bad ${item}` : item),
  );
});

Deno.test("readAhead() leaves no failure unheard when the caller stops early", async () => {
  const load = (item: number) => Promise.reject(new Error(`bad ${item}`));
  for await (const { item } of readAhead(numbers, { load, ahead: 8 })) {
    if (item === 2) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 0)); // an unhandled rejection would fail the test
});
