/**
 * The options of a task from its defaults, its configuration file and its flags, checked.
 *
 * @module
 */
import { readCommandLine } from "./command_line.ts";
import { readConfigFile } from "./config_file.ts";
import type { Task } from "./task.ts";

/** What a command line asks for: to run with these options, or to be told about them. */
export type ParsedOptions<Options> =
  | {
    readonly kind: "options";
    readonly options: Options;
    /** The names of those that were given as flags. */
    readonly flags: readonly string[];
  }
  | { readonly kind: "help"; readonly text: string };

/**
 * Reads a task's options; a flag goes before the file of `--config`, which goes before a default.
 *
 * @param task The task, which says what options there are.
 * @param argv The arguments after the task's name.
 * @param options How the file is read, and the columns of the terminal that `--help` is for.
 * @returns The complete options, or the text of `--help` where that is asked for.
 * @throws {UsageError} For anything unknown, impossible or unreadable, in one line.
 */
export async function parseOptions<Options>(
  task: Task<Options>,
  argv: readonly string[],
  { readTextFile, columns }: {
    readTextFile: (path: string) => Promise<string>;
    columns?: number;
  },
): Promise<ParsedOptions<Options>> {
  const commandLine = readCommandLine(task, argv, { columns });
  if ("help" in commandLine) return { kind: "help", text: commandLine.help };
  const { flags } = commandLine;
  const file = typeof flags.config === "string"
    ? await readConfigFile(flags.config, { task, readTextFile })
    : {};
  const options = task.schema.parse({ ...file, ...flags });
  return { kind: "options", options, flags: Object.keys(flags) };
}
