/**
 * What a JSON Schema accepts, in the eyes of ajv. It has a lock file of its own and a process of its own: what
 * `deno.lock` names, every user downloads.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

/** The version that `ajv.lock` pins. */
const PACKAGE = "npm:ajv@8.20.0";

/** Asks for each value whether the schema accepts it. */
export async function accepted(schema: unknown, values: readonly unknown[]): Promise<boolean[]> {
  const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const lock = `--lock=${pathOf("ajv.lock")}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-config", "--frozen", lock, pathOf("validate.ts"), PACKAGE],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = new Blob([JSON.stringify({ schema, values })]).stream();
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), input.pipeTo(child.stdin)]);
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
