/**
 * JSON from files, checked against a schema.
 *
 * @module
 */

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
 * @throws {SyntaxError} When it is no JSON or not what the schema asks for; the message is the
 * problem in one line, for the caller to put beside the file's name.
 */
export function parseJson<T>(text: string, schema: Schema<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError((error as Error).message.replaceAll(/\s+/g, " ")); // it quotes the text
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new SyntaxError(describeIssues(result.error));
}

/** Puts what a schema found wrong into one line: `settings.grid.0: Invalid input …; …`. */
export function describeIssues({ issues }: SchemaError): string {
  return issues.map(({ path, message }) => `${path.join(".") || "value"}: ${message}`).join("; ");
}
