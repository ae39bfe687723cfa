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
  { cwd, env }: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: taskArguments(name, flags),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...env },
    cwd,
  });
}

/** Runs a task on the wasm backend: its exit code, and what it printed. */
export async function runTaskProcess(
  name: string,
  flags: readonly string[],
  options: Pick<Deno.CommandOptions, "env"> = {},
) {
  const command = taskCommand(name, ["--backend=wasm", ...flags], options);
  const { code, stdout, stderr } = await command.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}
