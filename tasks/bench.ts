/**
 * `deno task bench`: how fast teacher, rollout, student and the rest are, beside PyTorch.
 *
 * @module
 */
import { benchTask } from "../lib/config/task_schemas.ts";
import { UsageError } from "../lib/config/usage_error.ts";
import { runTask } from "./terminal/run_task.ts";

/** What runs in this process and trains nothing. */
const possibleInHalf = ["teacher", "rollout"];

await runTask(benchTask, async (options, terminal) => {
  if (options.half && options.only.some((name) => !possibleInHalf.includes(name))) {
    throw new UsageError("--half is for the teacher's pass alone; add --only=teacher");
  }
  const { describeBackend, openBackend } = await import("../lib/backend/open_backend.ts");
  const { runBenchmark } = await import("../tests/bench/benchmark.ts");
  const backend = await openBackend(options.backend, options);
  terminal.say(describeBackend(backend));
  const command = ["deno task bench", ...Deno.args].join(" ");
  return await runBenchmark({ options, backend, reporter: terminal, command });
});
