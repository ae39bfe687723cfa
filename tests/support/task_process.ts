/**
 * A task as a user runs it, in a process of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** Runs `tasks/<name>.ts` on the wasm backend: its exit code, and what it printed. */
export async function runTaskProcess(
  name: string,
  flags: readonly string[],
  { env }: Pick<Deno.CommandOptions, "env"> = {},
) {
  const task = fileURLToPath(new URL(`../../tasks/${name}.ts`, import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", task, "--backend=wasm", ...flags],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}
