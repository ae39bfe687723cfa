/**
 * Starts a task with the permissions that it needs and no more: `deno run tasks/start.ts NAME …`.
 *
 * @module
 */
import { join } from "node:path";
import { parseOptions } from "../lib/config/parse_options.ts";
import { flagsOf, grantsOf, projectFolder } from "./launch/grants.ts";
import { launchedTasks } from "./launch/needs.ts";
import { runChild } from "./launch/run_child.ts";
import { exitCodeOf, printError } from "./terminal/print_error.ts";

/** What every task's `deno run` has besides permissions. */
const runFlags = ["--frozen", `--config=${join(projectFolder, "deno.json")}`];

async function start([name, ...args]: string[]): Promise<number> {
  const launched = launchedTasks.find(({ task }) => task.name === name);
  if (!launched) throw new Error(`Cannot start ${name}: there is no such task`);
  const { task, needs } = launched;
  const parsed = await parseOptions(task, args, { readTextFile: Deno.readTextFile });
  if (parsed.kind === "help") {
    console.log(parsed.text);
    return 0;
  }
  const { options } = parsed;
  const grants = await grantsOf(name, await needs(options), options);
  const module = join(projectFolder, "tasks", `${name}.ts`);
  return await runChild(["run", ...runFlags, ...flagsOf(grants), module, ...args]);
}

try {
  Deno.exit(await start(Deno.args));
} catch (error) {
  printError(error);
  Deno.exit(exitCodeOf(error));
}
