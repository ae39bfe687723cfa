/**
 * How long each task takes until it has said what it can do.
 *
 * @module
 */
import type { Bench } from "./bench.ts";
import { runTaskInChild, taskNames } from "./child_task.ts";
import type { Row, Section } from "./result.ts";
import { median } from "./statistics.ts";

/** Times `--help` of every task, each in a process of its own. */
export async function benchStartup({ options, reporter }: Bench): Promise<Section> {
  const rows: Row[] = [];
  const progress = reporter.progress("start tasks", taskNames.length, { unit: "tasks" });
  for (const name of taskNames) {
    const help = () => runTaskInChild(name, ["--help"], reporter);
    await help(); // fills the caches of files and compiled code
    const milliseconds: number[] = [];
    for (let repeat = 0; repeat < options.repeats; repeat++) {
      milliseconds.push((await help()).seconds * 1000);
    }
    rows.push({ name: `deno task ${name} --help`, unit: "ms", ours: median(milliseconds) });
    progress.update({ done: rows.length });
  }
  progress.stop();
  return { name: "startup", title: "Start-up", rows, notes: [] };
}
