/**
 * JSON from files, checked against a schema.
 *
 * @module
 */

import { refuseBulkyJson } from "./json_bounds.ts";
import { MAX_JSON_BYTES } from "./limits.ts";
import { oneLine } from "./one_line.ts";
import { readRegularTextFile } from "./regular_file.ts";

/** Problems that a message lists; a damaged file may have a million. */
const MOST_ISSUES = 5;

/** What is needed of a schema: zod's do. */
export interface Schema<T> {
  /** Checks a value; gives it back in canonical form, or what is wrong with it. */
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: SchemaError };
}

/** What a schema found wrong. */
export interface SchemaError {
  /** Each problem, and the keys that lead to it. */
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/**
 * Parses and checks JSON.
 *
 * @param options `maxItems`: how much it may list, as {@linkcode refuseBulkyJson} counts.
 * @throws {SyntaxError} When it is no JSON or not what the schema asks for; the message is the
 * problem in one line, for the caller to put beside the file's name.
 */
export function parseJson<T>(
  text: string,
  schema: Schema<T>,
  options: { readonly maxItems?: number } = {},
): T {
  const json = parseModestJson(text, options);
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new SyntaxError(describeIssues(result.error));
}

/**
 * Reads the text of a JSON file, or of one with a JSON value a line.
 *
 * @throws {Deno.errors.NotFound} When there is no such file.
 * @throws {RangeError} When it is larger than any such file; nothing of it is read then.
 * @throws {Error} When it is a folder, a pipe, a socket or a device.
 */
export async function readJsonText(path: string): Promise<string> {
  return await readRegularTextFile(path, { maxBytes: MAX_JSON_BYTES });
}

/**
 * Parses JSON that is neither deep nor long, as {@linkcode refuseBulkyJson} says.
 *
 * @throws {SyntaxError} When it is no such JSON; the message is the problem in one line.
 */
export function parseModestJson(
  text: string,
  options: { readonly maxItems?: number } = {},
): unknown {
  refuseBulkyJson(text, options);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(oneLine((error as Error).message)); // it quotes the text
  }
}

/** Puts what a schema found wrong into one line: `settings.grid.0: Invalid input …; …`. */
export function describeIssues({ issues }: SchemaError): string {
  const described = issues.slice(0, MOST_ISSUES)
    .map(({ path, message }) => oneLine(`${path.join(".") || "value"}: ${message}`));
  const others = issues.length - described.length;
  return described.join("; ") + (others > 0 ? `; and ${others} more` : "");
}
