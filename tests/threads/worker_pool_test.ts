import assert from "node:assert/strict";
import { WorkerPool, type WorkerPoolOptions } from "../../lib/threads/worker_pool.ts";
import { describeWith } from "../support/permissions.ts";

/** The names of the workers that answered so many requests, which were made at once. */
async function answer(
  requests: number,
  options: Pick<WorkerPoolOptions, "workers" | "requestsPerWorker">,
): Promise<string[]> {
  const workerUrl = new URL("./named_worker.ts", import.meta.url);
  const pool = new WorkerPool<object, { name: string }>({ ...options, workerUrl, purpose: "name" });
  try {
    const answers = Array.from({ length: requests }, () => pool.run({}, { item: "a request" }));
    return (await Promise.all(answers)).map(({ name }) => name);
  } finally {
    pool.close();
  }
}

describeWith(["read"], "WorkerPool", () => {
  Deno.test("WorkerPool keeps its workers", async () => {
    assert.equal(new Set(await answer(9, { workers: 1 })).size, 1);
    assert(new Set(await answer(9, { workers: 2 })).size <= 2);
  });

  Deno.test("WorkerPool replaces a worker after so many requests", async () => {
    const names = await answer(9, { workers: 1, requestsPerWorker: 4 });
    const [first, second, third] = [names[0], names[4], names[8]];
    assert.equal(new Set([first, second, third]).size, 3);
    assert.deepEqual(names, [...Array(4).fill(first), ...Array(4).fill(second), third]);
    const counts = new Map<string, number>();
    for (const name of await answer(20, { workers: 3, requestsPerWorker: 2 })) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    assert(Math.max(...counts.values()) <= 2);
  });

  for (const death of ["throw", "memory"]) {
    Deno.test(`WorkerPool rejects what a worker dies over (${death}), and goes on with another`, async () => {
      const workerUrl = new URL("./dying_worker.ts", import.meta.url);
      const pool = new WorkerPool<string, object>({ workers: 1, workerUrl, purpose: "map photos" });
      try {
        await assert.rejects(pool.run(death, { item: "photo 7" }), (error: Error) => {
          assert.match(
            error.message,
            /^Cannot map photos: the worker for photo 7 is dead \(.+\), expected an/,
          );
          return true;
        });
        assert.deepEqual(await pool.run("answer", { item: "photo 8" }), { answered: true });
      } finally {
        pool.close();
      }
    });
  }
});
