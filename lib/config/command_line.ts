/**
 * The command line of a task: what its flags say, and the text of `--help`.
 *
 * @module
 */
import { Command, CommanderError, Option } from "commander";
import type { z } from "zod";
import { helpOf, type OptionHelp } from "./option.ts";
import { optionSections } from "./options.ts";
import { refuseInvalid, unknownName, type Wording } from "./problems.ts";
import type { Task } from "./task.ts";
import { UsageError } from "./usage_error.ts";

/** Wide enough for the longest flag beside its description. */
const helpColumns = 120;

const wording: Wording = {
  label: (flag) => flag.startsWith("-") ? flag : flagOf(flag),
  show: (value) => value === "" ? "empty" : String(value),
  noun: "option",
};

interface DescribedOption {
  readonly name: string;
  readonly section: string;
  readonly help: OptionHelp;
  readonly defaultValue: unknown;
}

/**
 * Reads a task's flags.
 *
 * @param task The task, which says what flags there are.
 * @param argv The arguments after the task's name.
 * @returns What was given, by camelCase name and without defaults; or the text of `--help`.
 * @throws {UsageError} For an unknown flag, a missing or impossible value, a stray argument.
 */
export function readCommandLine(
  task: Task<unknown>,
  argv: readonly string[],
): { readonly flags: Record<string, unknown> } | { readonly help: string } {
  const options = describeOptions(task);
  const command = buildCommand(task, options);
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { help: helpText(command) };
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

function describeOptions({ schema, positional }: Task<unknown>): DescribedOption[] {
  const sections = Object.entries(optionSections);
  const rank = (section: string) => sections.findIndex(([title]) => title === section);
  return Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>)
    .filter(([name]) => name !== positional)
    .map(([name, option]) => ({
      name,
      section: sections.find(([, group]) => name in group)?.[0] ?? "Of this task",
      help: helpOf(option),
      defaultValue: option.parse(undefined),
    }))
    .sort((a, b) => rank(a.section) - rank(b.section));
}

function buildCommand(task: Task<unknown>, options: readonly DescribedOption[]) {
  const command = new Command(`deno task ${task.name}`)
    .description(task.description)
    .addHelpOption(new Option("-h, --help", "show this text").helpGroup("Common:"))
    .allowExcessArguments()
    .exitOverride() // errors come as exceptions: only a task may end the process
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: () => {},
      writeErr: () => {},
      getOutHelpWidth: () => helpColumns,
      getOutHasColors: () => false,
    });
  if (task.positional) {
    const { description } = helpOf(task.schema.shape[task.positional] as z.ZodType);
    command.argument(`[${task.positional}...]`, description);
  }
  for (const option of options) {
    for (const flag of flagsOf(option)) command.addOption(flag.helpGroup(`${option.section}:`));
  }
  return command;
}

/** A switch has two flags, of which `--help` shows the one that changes something. */
function flagsOf({ name, help, defaultValue }: DescribedOption): Option[] {
  const flag = kebabCase(name);
  if (!help.placeholder) {
    return [
      new Option(`--${flag}`, help.description).hideHelp(defaultValue === true),
      new Option(`--no-${flag}`, `do not ${help.description}`).hideHelp(defaultValue !== true),
    ];
  }
  const names = help.alias ? `--${help.alias}, --${flag}` : `--${flag}`; // the last one names the value
  const otherwise = defaultValue ?? help.unset;
  const description = help.description +
    (otherwise === undefined ? "" : ` (default: ${otherwise})`);
  return [new Option(`${names} <${help.placeholder}>`, description)];
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

function helpText(command: Command): string {
  return command.helpInformation() +
    "\nEach switch --x has its opposite --no-x. Flags override --config, which overrides defaults.";
}

/** How an option is written on the command line, e.g. `--rollout-dir` for `rolloutDir`. */
export function flagOf(name: string): string {
  return `--${kebabCase(name)}`;
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
