/**
 * From the table of strategies: their options, and degradations as options and as files write them.
 *
 * @module
 */
import { z } from "zod";
import type { Degradation } from "./degradation.ts";
import { choice, choices, helpOf, list } from "./option.ts";
import { strategies, type Strategy, type StrategyEntry, strategyNames } from "./strategies.ts";

type AmountOptions = {
  [S in Strategy as (typeof strategies)[S]["option"]]: z.ZodDefault<z.ZodNumber>;
};
type AmountListOptions = {
  [S in Strategy as (typeof strategies)[S]["gridOption"]]: z.ZodDefault<ReturnType<typeof listOf>>;
};

const entries: readonly StrategyEntry[] = Object.values(strategies);
const summary = entries.map(({ does }) => does).join(", or ");

/** The view of a photo that the student gets. */
export const degradationOptions = {
  strategy: choice(strategyNames, { description: summary, alias: "downsampling-strategy" })
    .default("DOWNSIZE"),
  ...Object.fromEntries(
    entries.map((it) => [it.option, it.schema.default(it.default)]),
  ) as AmountOptions,
};

/** The views of a grid of students. */
export const viewGridOptions = {
  strategies: choices(strategyNames, { description: summary }).default(["DOWNSIZE", "MAE"]),
  ...Object.fromEntries(
    entries.map((it) => [it.gridOption, listOf(it).default([...it.gridDefault])]),
  ) as AmountListOptions,
};

function listOf({ schema }: StrategyEntry) {
  const { description, placeholder, expected } = helpOf(schema);
  return list(schema, {
    description,
    placeholder: `${placeholder},…`,
    expected: `${expected}, or several with commas between them`,
  });
}

/** The values of {@linkcode degradationOptions}. */
export type DegradationOptions =
  & { readonly strategy: Strategy }
  & { readonly [S in Strategy as (typeof strategies)[S]["option"]]: number };

/** The values of {@linkcode viewGridOptions}. */
export type ViewGrid =
  & { readonly strategies: readonly Strategy[] }
  & { readonly [S in Strategy as (typeof strategies)[S]["gridOption"]]: readonly number[] };

/** The degradation that options ask for. */
export function degradationOf(options: DegradationOptions): Degradation {
  return degradationBy(options.strategy, options[strategies[options.strategy].option]);
}

/** Every degradation of a grid. */
export function degradationsOf(grid: ViewGrid): Degradation[] {
  return grid.strategies.flatMap((strategy) =>
    grid[strategies[strategy].gridOption].map((amount) => degradationBy(strategy, amount))
  );
}

/** How strong a degradation is. */
export function amountOf(degradation: Degradation): number {
  const { amount } = strategies[degradation.strategy];
  return (degradation as unknown as Record<string, number>)[amount];
}

/** The options that ask for a degradation: {@linkcode degradationOf} turned round. */
export function optionsOf(degradation: Degradation): Record<string, Strategy | number> {
  const { strategy } = degradation;
  return { strategy, [strategies[strategy].option]: amountOf(degradation) };
}

function degradationBy(strategy: Strategy, amount: number): Degradation {
  return { strategy, [strategies[strategy].amount]: amount } as unknown as Degradation;
}

/**
 * A degradation as checkpoints hold it.
 *
 * @internal
 */
export const degradationSchema = z
  .discriminatedUnion("strategy", [
    schemaOf(strategyNames[0]),
    ...strategyNames.slice(1).map(schemaOf),
  ])
  .transform((degradation) => degradation as unknown as Degradation);

function schemaOf(strategy: Strategy) {
  const { amount, schema, range = schema }: StrategyEntry = strategies[strategy];
  return z.object({ strategy: z.literal(strategy), [amount]: range });
}
