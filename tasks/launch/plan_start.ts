/**
 * From a task's command line to the process that does its work.
 *
 * @module
 */
import { join } from "node:path";
import { parseOptions } from "../../lib/config/parse_options.ts";
import { readJsonText } from "../../lib/files/json.ts";
import { terminalColumns } from "../terminal/columns.ts";
import { flagsOf, type Grants, grantsOf, projectFolder } from "./grants.ts";
import { type LaunchedOptions, launchedTasks } from "./needs.ts";

/** What a command line asks for: to be told about the task, or to run it. */
export type Start =
  | { readonly kind: "help"; readonly text: string }
  | {
    readonly kind: "run";
    /** What the task may do. */
    readonly grants: Grants;
    /** Deno's arguments before the module. */
    readonly flags: readonly string[];
    /** The module, and the task's own arguments. */
    readonly module: readonly string[];
  };

/**
 * Plans a task.
 *
 * @param name The task's.
 * @param args Its arguments.
 * @param options `onOptions` is told what they say, before what they name is looked at.
 * @throws {UsageError} When an option is wrong, or an output folder holds a link that leads out of it.
 * @throws {Error} When there is no such task, or nothing to read where something must be.
 */
export async function planStart(
  name: string,
  args: readonly string[],
  { onOptions }: { onOptions?: (options: LaunchedOptions) => void } = {},
): Promise<Start> {
  const launched = launchedTasks.find(({ task }) => task.name === name);
  if (!launched) {
    const known = launchedTasks.map(({ task }) => task.name).join(", ");
    throw new Error(`Cannot start a task: its name is ${name}, expected one of ${known}`);
  }
  const { task, needs } = launched;
  const parsed = await parseOptions(task, args, {
    readTextFile: readJsonText,
    columns: terminalColumns(),
  });
  if (parsed.kind === "help") return parsed;
  const { options, flags } = parsed;
  onOptions?.(options);
  const grants = await grantsOf(name, await needs(options, flags), options);
  const config = `--config=${join(projectFolder, "deno.json")}`;
  return {
    kind: "run",
    grants,
    flags: ["run", "--frozen", config, ...flagsOf(grants)],
    module: [join(projectFolder, "tasks", `${name}.ts`), ...args],
  };
}
