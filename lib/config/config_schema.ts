/**
 * The JSON Schema of configuration files, for editors: made from the very schemas that options are read by.
 *
 * @module
 */
import { z } from "zod";
import { type DescribedOption, describeOption } from "./described_option.ts";
import type { Task } from "./task.ts";

/** A JSON Schema, draft 7: what editors know best. */
export type JsonSchema = Record<string, unknown>;

interface TaskOption extends DescribedOption {
  readonly task: string;
  readonly schema: z.ZodType;
}

/**
 * Describes a configuration file that these tasks may share: what {@linkcode readConfigFile} accepts. Text in
 * place of a list is not checked item by item; the task has the last word.
 */
export function configSchema(tasks: readonly Task<unknown>[]): JsonSchema {
  const options = tasks.flatMap(optionsOf);
  const byName = Map.groupBy(options, ({ name }) => name);
  const properties = [...byName].map(([name, uses]) => [name, propertyOf(uses)]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Options of distill-rollout",
    description: "Options in camelCase, for --config; one file may serve all tasks.",
    type: "object",
    properties: {
      $schema: { type: "string", description: "Where an editor finds this schema." },
      ...Object.fromEntries(properties),
    },
    additionalProperties: false,
  };
}

function optionsOf({ name: task, schema }: Task<unknown>): TaskOption[] {
  return Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>)
    .filter(([name]) => name !== "config") // a file cannot name another
    .map(([name, option]) => ({ ...describeOption(name, option), task, schema: option }));
}

/** One option, as all tasks use it that have it. */
function propertyOf(uses: readonly TaskOption[]): JsonSchema {
  const forms = new Set(uses.map(({ schema }) => JSON.stringify(valueSchema(schema))));
  const [form, ...others] = [...forms].map((it) => JSON.parse(it));
  const defaults = new Set(uses.map(({ defaultValue }) => JSON.stringify(defaultValue)));
  const defaultValue = defaults.size === 1 ? uses[0].defaultValue : undefined;
  return {
    title: `--${uses[0].flag}`,
    description: descriptionOf(uses),
    ...others.length > 0 ? { anyOf: [form, ...others] } : form,
    ...defaultValue !== undefined && { default: defaultValue },
  };
}

/** What the option does, and in which tasks; what differs is said for each. */
function descriptionOf(uses: readonly TaskOption[]): string {
  const byText = Map.groupBy(uses, ({ help, defaultValue }) => {
    const otherwise = defaultValue ?? help.unset;
    const isShown = otherwise !== undefined && typeof defaultValue !== "boolean";
    return isShown ? `${help.description} (default: ${otherwise})` : help.description;
  });
  return [...byText].map(([text, same]) => `${text} [${same.map(({ task }) => task).join(", ")}]`)
    .join("\n");
}

/** A value's schema; what the option reads from text is taken as text, too. */
function valueSchema(option: z.ZodType): JsonSchema {
  const options = { io: "output", target: "draft-7" } as const;
  const { $schema: _, default: _default, ...schema } = z.toJSONSchema(option, options);
  const isRead = innermost(option) instanceof z.ZodPipe;
  if (!isRead) return schema;
  if (Array.isArray(schema.enum)) return inAnyCase(schema.enum);
  return { anyOf: [schema, { type: "string", minLength: 1 }] };
}

function innermost(option: z.ZodType): z.ZodType {
  const isWrapped = option instanceof z.ZodDefault || option instanceof z.ZodOptional;
  return isWrapped ? innermost(option.unwrap() as z.ZodType) : option;
}

/** Words as they are written, for an editor to offer, and in any other case. */
function inAnyCase(words: readonly unknown[]): JsonSchema {
  const anyCase = words.map((word) =>
    String(word).replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`)
  );
  return { anyOf: [{ enum: words }, { type: "string", pattern: `^(${anyCase.join("|")})$` }] };
}
