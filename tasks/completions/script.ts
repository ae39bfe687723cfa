/**
 * A shell's script with this project's tasks, flags and models.
 *
 * @module
 */
import denoJson from "../../deno.json" with { type: "json" };
import { completionsOf, wordsValue } from "../../lib/config/completions/completion.ts";
import { shells } from "../../lib/config/completions/shells.ts";
import { allTasks } from "../../lib/config/tasks.ts";
import { UsageError } from "../../lib/config/usage_error.ts";
import { architectures } from "../../lib/model/architectures.ts";

/** The shells that there are scripts for. */
export const shellNames: readonly string[] = Object.keys(shells);

/**
 * Writes the script.
 *
 * @throws {UsageError} When there is none for that shell.
 */
export function completionScript(shell: string): string {
  if (!Object.hasOwn(shells, shell)) {
    throw new UsageError(
      `the shell is ${shell || "missing"}, expected one of ${shellNames.join(", ")}`,
    );
  }
  const { tasks: known, name: project } = denoJson;
  const listed = Object.fromEntries(
    Object.entries(known).map(([name, { description }]) => [name, description]),
  );
  const models = [...architectures.keys()];
  const completions = completionsOf(listed, { project, tasks: allTasks, models });
  const own = { flags: [], argument: wordsValue(shellNames) };
  const tasks = completions.tasks.map((it) => it.name === "completions" ? { ...it, ...own } : it);
  return shells[shell]({ ...completions, tasks }).trimEnd();
}
