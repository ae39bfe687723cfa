/**
 * Tests under other environment variables.
 *
 * @module
 */

/** Runs with variables set, or taken away where they are undefined, and puts back what was there. */
export async function withEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  body: () => void | Promise<void>,
): Promise<void> {
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  try {
    setAll(Object.entries(variables));
    await body();
  } finally {
    setAll(before);
  }
}

function setAll(variables: Iterable<readonly [name: string, value: string | undefined]>): void {
  for (const [name, value] of variables) {
    if (value === undefined) Deno.env.delete(name);
    else Deno.env.set(name, value);
  }
}
