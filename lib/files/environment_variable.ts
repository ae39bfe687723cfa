/**
 * What the environment says, as far as this process may ask it.
 *
 * @module
 */

/**
 * Reads a variable of the environment, without white space around it.
 *
 * @returns Undefined when it is absent or empty, or when it may not be read: no permission is asked for.
 */
export function environmentVariable(name: string): string | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return;
  return Deno.env.get(name)?.trim() || undefined;
}
