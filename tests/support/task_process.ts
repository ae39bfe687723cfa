/**
 * A task as a user runs it, in a process of its own.
 *
 * @module
 */
import { taskArguments } from "../bench/task_command.ts";

/** The command that `deno task <name>` runs: from the launcher on, under the permissions of its options. */
export function taskCommand(
  name: string,
  flags: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd"> = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: taskArguments(name, flags),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
    ...options,
  });
}

/** Runs a task on the wasm backend: its exit code, and what it printed. */
export async function runTaskProcess(name: string, flags: readonly string[]) {
  const { code, stdout, stderr } = await taskCommand(name, ["--backend=wasm", ...flags]).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}
