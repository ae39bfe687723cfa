/**
 * The command line of a task: what its flags say.
 *
 * @module
 */
import { Command, CommanderError, Option } from "commander";
import { type DescribedOption, describeOptions, kebabCase } from "./described_option.ts";
import { DEFAULT_COLUMNS, helpText } from "./help_text.ts";
import { refuseInvalid, unknownName, type Wording } from "./problems.ts";
import type { Task } from "./task.ts";
import { UsageError } from "./usage_error.ts";

const wording: Wording = {
  label: (flag) => flag.startsWith("-") ? flag : flagOf(flag),
  show: (value) => value === "" ? "empty" : String(value),
  noun: "option",
};

/**
 * Reads a task's flags.
 *
 * @param task The task, which says what flags there are.
 * @param argv The arguments after the task's name.
 * @param options `columns` of the terminal that `--help` is for.
 * @returns What was given, by camelCase name and without defaults; or the text of `--help`.
 * @throws {UsageError} For an unknown flag, a missing or impossible value, a stray argument.
 */
export function readCommandLine(
  task: Task<unknown>,
  argv: readonly string[],
  { columns }: { columns?: number } = {},
): { readonly flags: Record<string, unknown> } | { readonly help: string } {
  const options = describeOptions(task);
  const command = buildCommand(task, options);
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { help: helpText(task, { columns }) };
    throw new UsageError(explain(error, command));
  }
  const given: Record<string, unknown> = {};
  for (const { name, help } of options) {
    const value = command.getOptionValue(name);
    if (value === undefined) continue;
    given[name] = typeof value === "string" && help.read ? help.read(value) : value;
  }
  refuseInvalid(given, { schema: task.schema, names: options.map(({ name }) => name), wording });
  return { flags: { ...given, ...positionals(task, command.args) } };
}

function positionals({ positional }: Task<unknown>, args: readonly string[]) {
  if (args.length === 0) return {};
  if (positional) return { [positional]: args };
  throw new UsageError(`unexpected argument ${args[0]}; options are written --name=value`);
}

/** A parser of the flags; nothing is heard of it but exceptions. */
function buildCommand({ name }: Task<unknown>, options: readonly DescribedOption[]) {
  const command = new Command(`deno task ${name}`)
    .addHelpOption(new Option("-h, --help"))
    .allowExcessArguments()
    .exitOverride() // errors come as exceptions: only a task may end the process
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: () => {},
      writeErr: () => {},
      getOutHelpWidth: () => DEFAULT_COLUMNS, // its own help is made, too, and must not ask the environment
      getOutHasColors: () => false,
    });
  for (const option of options) {
    for (const flag of flagsOf(option)) command.addOption(flag);
  }
  return command;
}

function flagsOf({ flag, help, isSwitch }: DescribedOption): Option[] {
  if (isSwitch) return [new Option(`--${flag}`), new Option(`--no-${flag}`)];
  const names = help.alias ? `--${help.alias}, --${flag}` : `--${flag}`; // the last one names the value
  return [new Option(`${names} <${help.placeholder}>`)];
}

/** Says what commander refused, in the words of this project. */
function explain({ code, message }: CommanderError, { options }: Command): string {
  const [, quoted = message] = /'(.*)'/.exec(message) ?? []; // an option's flags, or an argument
  if (code === "commander.optionMissingArgument") {
    const option = options.find(({ flags }) => flags === quoted);
    const [placeholder] = /<.*>/.exec(quoted) ?? [];
    return `${option?.long} has no value, expected ${option?.long}=${placeholder}`;
  }
  const [flag] = quoted.split("=", 1);
  const known = options.flatMap(({ short, long }) =>
    [short, long].filter((it) => it !== undefined)
  );
  if (!known.includes(flag)) return unknownName(flag, { names: [...known, "--help"], wording });
  const name = flag.replace(/^--(no-)?/, "");
  return `${flag} is a switch and takes no value, expected --${name} or --no-${name}`;
}

/** How an option is written on the command line, e.g. `--rollout-dir` for `rolloutDir`. */
export function flagOf(name: string): string {
  return `--${kebabCase(name)}`;
}
