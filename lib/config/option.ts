/**
 * How one option is described: its zod schema, and beside it what `--help` and messages say of it.
 *
 * @module
 */
import { z } from "zod";
import { parseModelArgs } from "./model_args.ts";

/** What a schema cannot say by itself. */
export interface OptionHelp {
  /** One phrase for `--help`, without a full stop. */
  readonly description: string;
  /** What stands for the value in `--help`; a switch has none. */
  readonly placeholder?: string;
  /** What a valid value is, after "expected" in a message. */
  readonly expected: string;
  /** What happens without the option, where it has no default value. */
  readonly unset?: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** The only items of a list that are allowed. */
  readonly items?: readonly string[];
  /** A second name of the flag, in kebab-case. */
  readonly alias?: string;
  /** Turns a flag's text into what the schema takes; text that it cannot read passes unchanged. */
  readonly read?: (text: string) => unknown;
}

type Described = Omit<OptionHelp, "expected" | "choices" | "items" | "read">;
type Valued = Described & { placeholder: string };

const registry = z.registry<OptionHelp>();

/**
 * The help that belongs to an option's schema, with or without its default.
 *
 * @internal
 */
export function helpOf(schema: z.ZodType): OptionHelp {
  const help = registry.get(schema);
  if (help) return help;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return helpOf(schema.unwrap() as z.ZodType);
  }
  throw new TypeError(
    "Cannot describe an option: its schema has no help, expected one of option.ts",
  );
}

/**
 * A switch, `--name` or `--no-name`.
 *
 * @internal
 */
export function toggle(help: Described) {
  return z.boolean().register(registry, { ...help, expected: "true or false" });
}

/**
 * Text that is not empty, such as a name or a path.
 *
 * @internal
 */
export function text({ pattern = /./, ...help }: Valued & { expected: string; pattern?: RegExp }) {
  return z.string().regex(pattern).register(registry, help);
}

/**
 * Any number of texts, for the arguments without a flag.
 *
 * @internal
 */
export function texts(help: Described & { expected: string }) {
  return z.array(z.string().min(1)).register(registry, help);
}

/**
 * A whole number from `min` on.
 *
 * @internal
 */
export function wholeNumber({ min, ...help }: Valued & { min: number }) {
  const expected = `a whole number of at least ${min}`;
  return z.int().min(min).register(registry, { ...help, expected, read: readNumber });
}

/**
 * Whole numbers from `min` on, as text with commas or as a list.
 *
 * @internal
 */
export function wholeNumbers({ min, ...help }: Valued & { min: number }) {
  const expected = `whole numbers of at least ${min}, with commas between them`;
  return list(z.int().min(min), { ...help, expected });
}

/**
 * A number whose bounds the schema given sets and `expected` words.
 *
 * @internal
 */
export function number(schema: z.ZodNumber, help: Valued & { expected: string }) {
  return schema.register(registry, { ...help, read: readNumber });
}

/**
 * One of a few words, whatever their case.
 *
 * @internal
 */
export function choice<const Words extends readonly string[]>(words: Words, help: Described) {
  const spell = (value: unknown) => words.find((word) => sameWord(word, value)) ?? value;
  return z.preprocess(spell, z.enum(words)).register(registry, {
    placeholder: words.join("|"),
    ...help,
    choices: words,
    expected: words.length === 2 ? words.join(" or ") : `one of ${words.join(", ")}`,
  });
}

/**
 * Some values, as text with commas or as a list.
 *
 * @internal
 */
export function list<Item extends z.ZodType>(
  item: Item,
  help: Valued & Pick<OptionHelp, "expected" | "items">,
) {
  const split = (value: unknown) =>
    typeof value === "string" ? value.split(",").map(readNumber) : value;
  return z.preprocess(split, z.array(item).min(1)).register(registry, help);
}

/**
 * Some of a few words, as text with commas or as a list.
 *
 * @internal
 */
export function choices<const Words extends readonly string[]>(words: Words, help: Described) {
  const expected = `some of ${words.join(", ")}`;
  return list(z.enum(words), { placeholder: "NAME,…", ...help, items: words, expected });
}

/**
 * timm's `model_args`, as text or as an object.
 *
 * @internal
 */
export function modelArgs(help: Described) {
  const list = z.array(z.number()).min(1);
  const object = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), list]));
  return z.preprocess(readModelArgs, object).register(registry, {
    placeholder: "NAME=VALUE,…",
    ...help,
    expected: "pairs of name and value such as img_size=44,patch_size=4",
  });
}

/** The options of a group with their defaults taken away, for a task that has another source. */
type WithoutDefaults<Group> = {
  [Name in keyof Group]: Group[Name] extends z.ZodDefault<infer Inner> ? z.ZodOptional<Inner>
    : Group[Name];
};

/**
 * Takes the defaults from a group; `unset` says in `--help` what takes their place, `description` what the task
 * makes of an option otherwise than others do.
 *
 * @internal
 */
export function withoutDefaults<Group extends Record<string, z.ZodType>>(
  group: Group,
  help: { unset: string; description?: string },
) {
  const entries = Object.entries(group).map(([name, schema]) => {
    const inner = schema instanceof z.ZodDefault ? schema.unwrap() as z.ZodType : schema;
    return [name, inner.optional().register(registry, { ...helpOf(schema), ...help })];
  });
  return Object.fromEntries(entries) as WithoutDefaults<Group>;
}

function sameWord(word: string, value: unknown): boolean {
  return typeof value === "string" && value.toLowerCase() === word.toLowerCase();
}

function readNumber(text: string): unknown {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : text;
}

function readModelArgs(value: unknown, context: z.RefinementCtx): unknown {
  if (typeof value !== "string") return value;
  try {
    return parseModelArgs(value);
  } catch (error) {
    context.addIssue((error as SyntaxError).message);
    return z.NEVER;
  }
}
