/**
 * Words for what is wrong with the options given, each with the nearest valid name.
 *
 * @module
 */
import { closest } from "fastest-levenshtein";
import type { z } from "zod";
import { helpOf } from "./option.ts";
import type { OptionSchema } from "./task.ts";
import { UsageError } from "./usage_error.ts";

/** How a source of options speaks of them. */
export interface Wording {
  /** An option's name, as this source writes it. */
  readonly label: (name: string) => string;
  /** A value, as this source writes it. */
  readonly show: (value: unknown) => string;
  /** What this source calls an option. */
  readonly noun: string;
}

/** Problems that a message lists; a file that is no configuration may have thousands. */
const MOST_PROBLEMS = 20;
/** What is longer is no slip of the pen, and to compare it with every name takes long. */
const LONGEST_NAME = 100;

/**
 * Refuses options that their task does not know or that cannot be.
 *
 * @param values What one source gave, by camelCase name.
 * @throws {UsageError} Naming everything that is wrong, in one line.
 */
export function refuseInvalid(
  values: Readonly<Record<string, unknown>>,
  { schema, names, wording, source }: {
    schema: OptionSchema<unknown>;
    names: readonly string[];
    wording: Wording;
    source?: string;
  },
): void {
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  const checked = schema.safeParse(values);
  const issues = checked.success ? [] : checked.error.issues;
  const invalid = new Set(
    issues.map(({ path }) => String(path[0])).filter((it) => names.includes(it)),
  );
  const problems = [
    ...unknown.map((name) => unknownName(name, { names, wording })),
    ...[...invalid].map((name) => invalidValue(values[name], { name, schema, wording })),
  ];
  if (problems.length > 0) throw new UsageError(inOneLine(problems, source));
}

/** `unknown option --startegy; did you mean --strategy?` */
export function unknownName(
  name: string,
  { names, wording: { label, noun } }: { names: readonly string[]; wording: Wording },
): string {
  return `unknown ${noun} ${label(name)}; did you mean ${
    label(closest(name.slice(0, LONGEST_NAME), [...names]))
  }?`;
}

function invalidValue(
  value: unknown,
  { name, schema, wording: { label, show } }: {
    name: string;
    schema: OptionSchema<unknown>;
    wording: Wording;
  },
): string {
  const { expected, choices } = helpOf(schema.shape[name] as z.ZodType);
  const problem = `${label(name)} is ${show(value)}, expected ${expected}`;
  if (!choices || typeof value !== "string" || value === "") return problem;
  const byCase = new Map(choices.map((word) => [word.toLowerCase(), word]));
  return `${problem}; did you mean ${
    byCase.get(closest(value.slice(0, LONGEST_NAME).toLowerCase(), [...byCase.keys()]))
  }?`;
}

function inOneLine(problems: readonly string[], source?: string): string {
  const numbered = problems.slice(0, MOST_PROBLEMS).map((it, i) => `(${i + 1}) ${it}`).join(" ");
  const others = problems.length > MOST_PROBLEMS ? " …" : "";
  const text = problems.length === 1
    ? problems[0]
    : `${problems.length} problems: ${numbered}${others}`;
  return source ? `${source}: ${text}` : text;
}
