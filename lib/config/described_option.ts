/**
 * A task's options as its flags, its help, completions and the schema of configuration files speak of them.
 *
 * @module
 */
import type { z } from "zod";
import { helpOf, type OptionHelp } from "./option.ts";
import { optionSections } from "./options.ts";
import type { Task } from "./task.ts";

/** One option of a task. */
export interface DescribedOption {
  /** In camelCase. */
  readonly name: string;
  /** In kebab-case, without dashes. */
  readonly flag: string;
  /** The heading that it stands under. */
  readonly section: string;
  /** What is said of it. */
  readonly help: OptionHelp;
  /** What it is where nobody says anything; undefined where that is not one value. */
  readonly defaultValue: unknown;
  /** Whether it is on or off and takes no value. */
  readonly isSwitch: boolean;
}

const sections = Object.entries(optionSections);
const order = sections.flatMap(([, group]) => Object.keys(group));

/** Describes the options that have a flag, section by section. */
export function describeOptions({ schema, positional }: Task<unknown>): DescribedOption[] {
  return Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>)
    .filter(([name]) => name !== positional)
    .map(([name, option]) => describeOption(name, option))
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/**
 * Describes an option by its name and schema.
 *
 * @internal
 */
export function describeOption(name: string, schema: z.ZodType): DescribedOption {
  const help = helpOf(schema);
  return {
    name,
    flag: kebabCase(name),
    section: sections.find(([, group]) => name in group)?.[0] ?? "Of this task",
    help,
    defaultValue: schema.parse(undefined),
    isSwitch: help.placeholder === undefined,
  };
}

/** A camelCase name in kebab-case. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
