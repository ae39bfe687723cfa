import assert from "node:assert/strict";
import { countWorkers } from "../../lib/threads/count_workers.ts";

const GiB = 2 ** 30;

Deno.test("countWorkers() is one a core where memory allows it", () => {
  assert.equal(countWorkers({ bytes: 1e6 }, { cores: 1, freeMemory: GiB }), 1);
  assert.equal(countWorkers({ bytes: 50e6 }, { cores: 16, freeMemory: 32 * GiB }), 16);
});

Deno.test("countWorkers() leaves half of the memory free, but starts one", () => {
  const large = { bytes: 2.4e9 };
  assert.equal(countWorkers(large, { cores: 16, freeMemory: 32 * GiB }), 6);
  assert.equal(countWorkers(large, { cores: 16, freeMemory: 2 * GiB }), 1);
});

Deno.test("countWorkers() starts no worker that would have nothing to do", () => {
  assert.equal(countWorkers({ bytes: 1e6, most: 3 }, { cores: 16, freeMemory: 32 * GiB }), 3);
});
