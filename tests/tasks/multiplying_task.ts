/**
 * A task that ends its workers in the middle of their work, for the test of how its process ends.
 *
 * @module
 */
import { z } from "zod";
import { commonOptions } from "../../lib/config/options.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { runTask } from "../../tasks/terminal/run_task.ts";

const task = {
  name: "multiply",
  description: "Ends its workers in the middle of their work.",
  schema: z.strictObject(commonOptions),
};

await runTask(task, async () => {
  await openBackend("wasm", {});
  const module = new URL("./multiplying_worker.ts", import.meta.url);
  const workers = [1, 2].map(() => new Worker(module, { type: "module" }));
  await Promise.all(workers.map((worker) => new Promise((done) => worker.onmessage = done)));
  for (const worker of workers) worker.terminate();
});
