/**
 * What Tab offers after `deno task`, whatever the shell.
 *
 * @module
 */
import { type DescribedOption, describeOptions } from "../described_option.ts";
import type { OptionHelp } from "../option.ts";
import type { Task } from "../task.ts";

/** The values of a flag. */
export interface CompletedValue {
  /** Words to choose from. */
  readonly words: readonly string[];
  /** What else it may name; `number` stands for all that no shell can know. */
  readonly kind: "words" | "folder" | "file" | "model" | "number";
  /** How such a file's name ends, with its dot; any file where it is empty. */
  readonly extension: string;
  /** Whether commas divide several values. */
  readonly isList: boolean;
}

/** A flag. */
export interface CompletedFlag {
  /** With its dashes. */
  readonly flag: string;
  /** In one phrase. */
  readonly description: string;
  /** Absent for a switch. */
  readonly value?: CompletedValue;
  /** Whether it only says again what is so anyway: offered to whoever begins it. */
  readonly isUsual: boolean;
}

/** A task. */
export interface CompletedTask {
  /** As in `deno task <name>`. */
  readonly name: string;
  /** In one sentence. */
  readonly description: string;
  /** Absent where only Deno knows them. */
  readonly flags?: readonly CompletedFlag[];
  /** What the arguments without a flag may be; nothing special where absent. */
  readonly argument?: CompletedValue;
}

/** All that is offered. */
export interface Completions {
  /** The name in the project's `deno.json`: other projects' tasks are left to others. */
  readonly project: string;
  /** In the order of `deno.json`. */
  readonly tasks: readonly CompletedTask[];
  /** Names of models that need no path. */
  readonly models: readonly string[];
}

/** What precedes the address of a model that is not timm's. */
export const modelPrefixes: readonly string[] = ["local-dir:", "hf-hub:"];

/**
 * Works out what is offered.
 *
 * @param listed The project's tasks with their descriptions.
 * @param tasks Those whose options are known.
 */
export function completionsOf(
  listed: Readonly<Record<string, string>>,
  { project, tasks, models }: {
    project: string;
    tasks: readonly Task<unknown>[];
    models: readonly string[];
  },
): Completions {
  const completed = Object.entries(listed).map(([name, description]): CompletedTask => {
    const task = tasks.find((it) => it.name === name);
    return { name, description, ...task && describe(task) };
  });
  return { project, tasks: completed, models };
}

/** Values out of a few words. */
export function wordsValue(words: readonly string[]): CompletedValue {
  return { words, kind: "words", extension: "", isList: false };
}

function describe(task: Task<unknown>): Pick<CompletedTask, "flags" | "argument"> {
  const anyFile: CompletedValue = { ...wordsValue([]), kind: "file" };
  return {
    flags: [...describeOptions(task).flatMap(flagsOf), helpFlag],
    ...task.positional !== undefined && { argument: anyFile },
  };
}

const helpFlag: CompletedFlag = {
  flag: "--help",
  description: "show all options and examples",
  isUsual: false,
};

function flagsOf({ flag, help, isSwitch, defaultValue }: DescribedOption): CompletedFlag[] {
  const { description, alias } = help;
  if (isSwitch) {
    return [
      { flag: `--${flag}`, description, isUsual: defaultValue === true },
      {
        flag: `--no-${flag}`,
        description: `do not ${description}`,
        isUsual: defaultValue !== true,
      },
    ];
  }
  const value = valueOf(help);
  const named = { flag: `--${flag}`, description, value, isUsual: false };
  return alias ? [named, { ...named, flag: `--${alias}`, isUsual: true }] : [named];
}

/** In a placeholder, capitals stand for something, and what is not in capitals is meant as it is. */
function valueOf({ placeholder = "", choices, items }: OptionHelp): CompletedValue {
  const isList = placeholder.endsWith(",…");
  const parts = placeholder.replace(",…", "").split("|");
  const words = choices ?? items ?? parts.filter((part) => part === part.toLowerCase());
  const [, stands, extension = ""] = /^(DIR|FILE|PATH|MODEL)(\..+)?$/.exec(parts.at(-1)!) ?? [];
  const kinds = { DIR: "folder", FILE: "file", PATH: "file", MODEL: "model" } as const;
  const kind = kinds[stands as keyof typeof kinds] ?? (words.length > 0 ? "words" : "number");
  return { words, kind, extension, isList };
}
