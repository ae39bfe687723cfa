/**
 * How the augmented views of a cache were drawn, and how two such descriptions differ.
 *
 * @module
 */
import { z } from "zod";
import { parseJson } from "../files/json.ts";

/** What decides the views of a photo, besides the photo's path. */
export interface ViewSettings {
  /** Views of each photo. */
  readonly perPhoto: number;
  /** The version of the code that draws and applies augmentations. */
  readonly generatorVersion: number;
  /** Where the draws come from. */
  readonly seed: number;
}

/** The fields of {@linkcode ViewSettings} as a schema. */
export const viewSettingsFields = {
  perPhoto: z.int().positive(),
  generatorVersion: z.int().positive(),
  seed: z.int().nonnegative(),
};

const schema = z.strictObject(viewSettingsFields);

const names: Readonly<Record<keyof ViewSettings, string>> = {
  perPhoto: "views a photo (--views)",
  generatorVersion: "version of the augmentation generator",
  seed: "seed (--seed)",
};

/**
 * Reads the settings from a file's texts, where they lie under `views`.
 *
 * @throws {SyntaxError} When they are not there or not as they should be.
 */
export function parseViewSettings({ views = "" }: Readonly<Record<string, string>>): ViewSettings {
  return parseJson(views, schema);
}

/**
 * Names in words each point in which views differ from what is asked for.
 *
 * @returns For example `["seed (--seed): 0 in the cache, 1 asked"]`; empty when they agree.
 */
export function describeViewDifferences(cached: ViewSettings, asked: ViewSettings): string[] {
  return Object.entries(names).flatMap(([key, name]) => {
    const [before, now] = [cached, asked].map((settings) => settings[key as keyof ViewSettings]);
    return before === now ? [] : [`${name}: ${before} in the cache, ${now} asked`];
  });
}
