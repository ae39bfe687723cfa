/**
 * The text of `--help`: options under headings, with choices and defaults, then examples.
 *
 * @module
 */
import type { z } from "zod";
import { type DescribedOption, describeOptions } from "./described_option.ts";
import { examples } from "./examples.ts";
import { helpOf } from "./option.ts";
import type { Task } from "./task.ts";

/** Columns where nobody knows better: a terminal's of old, and what a file or a pipe is read in. */
export const DEFAULT_COLUMNS = 80;

/** A line that goes further is tiring to read, however wide the terminal. */
const MOST_COLUMNS = 110;
const LEAST_COLUMNS = 68;
/** Columns of flags; a longer one has its description below. */
const FLAG_COLUMNS = 26;
const INDENT = 2;

/** Writes a task's help, for a terminal of so many columns. */
export function helpText(
  task: Task<unknown>,
  { columns = DEFAULT_COLUMNS }: { columns?: number } = {},
): string {
  const width = Math.max(LEAST_COLUMNS, Math.min(columns, MOST_COLUMNS));
  const options = describeOptions(task);
  const sections = Map.groupBy(options, ({ section }) => section);
  const usage = `Usage: deno task ${task.name} [options]`;
  return [
    task.positional ? `${usage} [${task.positional}...]` : usage,
    "",
    ...fill(task.description.split(" "), { width }),
    ...argumentLines(task, width),
    ...[...sections].flatMap(([title, group]) => [
      "",
      `${title}:`,
      ...group.flatMap((option) => optionLines(option, width)),
      ...title === "Common" ? item("-h, --help", ["show", "this", "text"], width) : [],
    ]),
    "",
    ...fill(footer.split(" "), { width }),
    ...exampleLines(task.name),
  ].join("\n");
}

const footer =
  "Each switch --x has its opposite --no-x. Flags override --config, which overrides " +
  "defaults. Values may also follow a space: --seed 1. Tab completes all of this after " +
  '`eval "$(deno task completions bash)"` (or zsh, fish).';

function argumentLines({ positional, schema }: Task<unknown>, width: number): string[] {
  if (!positional) return [];
  const { description } = helpOf(schema.shape[positional] as z.ZodType);
  return ["", "Arguments:", ...item(positional, description.split(" "), width)];
}

/** A switch is shown by the flag that changes something. */
function optionLines(option: DescribedOption, width: number): string[] {
  const { flag, help, defaultValue, isSwitch } = option;
  const words = help.description.split(" ");
  if (isSwitch) {
    return defaultValue === true
      ? item(`--no-${flag}`, ["do", "not", ...words], width)
      : item(`--${flag}`, words, width);
  }
  const otherwise = defaultValue ?? help.unset;
  return item(`--${flag} <${help.placeholder}>`, [
    ...words,
    ...help.items ? unbroken(`(${help.expected})`) : [],
    ...help.alias ? [`(also --${help.alias})`] : [],
    ...otherwise === undefined ? [] : unbroken(`(default: ${otherwise})`),
  ], width);
}

/** A short remark as one word, so that no line ends within it. */
function unbroken(remark: string): string[] {
  return remark.length > FLAG_COLUMNS ? remark.split(" ") : [remark];
}

/** A flag, and beside it, or below where it is long, what it does. */
function item(term: string, words: readonly string[], width: number): string[] {
  const margin = INDENT + FLAG_COLUMNS + INDENT;
  const [first, ...others] = fill(words, { width: width - margin });
  const below = [...others].map((line) => " ".repeat(margin) + line);
  const shown = " ".repeat(INDENT) + term;
  return term.length > FLAG_COLUMNS
    ? [shown, " ".repeat(margin) + first, ...below]
    : [shown.padEnd(margin) + first, ...below];
}

/** Lines of as many words as fit. */
function fill(words: readonly string[], { width }: { width: number }): string[] {
  return words.reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last === undefined || longer.length > width) return [...lines, word];
    return [...lines.slice(0, -1), longer];
  }, []);
}

function exampleLines(name: string): string[] {
  const shown = examples[name] ?? [];
  if (shown.length === 0) return [];
  const lines = shown.flatMap(({ purpose, command }) => [
    `  # ${purpose}`,
    ...command.map((part, i) =>
      (i === 0 ? "  " : "    ") + part + (i < command.length - 1 ? " \\" : "")
    ),
  ]);
  return ["", "Examples:", ...lines];
}
