/**
 * A small task whose body does what its options say, for the tests of the frame around tasks.
 *
 * @module
 */
import { z } from "zod";
import { choice, toggle, wholeNumber } from "../../lib/config/option.ts";
import { commonOptions } from "../../lib/config/options.ts";
import { UsageError } from "../../lib/config/usage_error.ts";
import { runTask } from "../../tasks/terminal/run_task.ts";

const task = {
  name: "fixture",
  description: "Does what its options say.",
  schema: z.strictObject({
    ...commonOptions,
    outcome: choice([
      "done",
      "nothing",
      "broken",
      "misused",
      "wait",
      "slow",
      "deaf",
      "throw-reason",
    ], {
      description: "what the body does",
    }).default("done"),
    steps: wholeNumber({ min: 0, description: "steps of progress", placeholder: "N" }).default(0),
    noise: toggle({ description: "print a result for a reader" }).default(false),
  }),
};

await runTask(task, async ({ outcome, steps, seed, noise }, terminal) => {
  terminal.say("at work");
  terminal.warn("look here");
  if (noise) terminal.print("seed in words");
  const progress = terminal.progress("Counting", steps);
  for (let done = 1; done <= steps; done++) progress.update({ done, loss: 1 / (done + 2) });
  switch (outcome) {
    case "broken":
      throw new RangeError("Cannot count: steps is odd,\n  expected even");
    case "misused":
      throw new UsageError("--steps does not go with --seed");
    case "nothing":
      return;
    case "wait":
    case "slow":
    case "throw-reason":
      await interruption(terminal.signal);
      if (outcome === "slow") await new Promise((resolve) => setTimeout(resolve, 300));
      if (outcome === "throw-reason") terminal.signal.throwIfAborted();
      terminal.say("saved 3 maps");
      return { saved: 3 };
    case "deaf":
      await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  progress.stop();
  return { seed, steps };
});

async function interruption(signal: AbortSignal): Promise<void> {
  const patience = setTimeout(() => {}, 60_000); // a pending promise alone does not keep Deno alive
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  clearTimeout(patience);
}
