/**
 * How `deno.json` runs a task.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import denoJson from "../../deno.json" with { type: "json" };

const root = fileURLToPath(new URL("../../", import.meta.url));
const tasks: Record<string, { readonly command: string }> = denoJson.tasks;

/**
 * The arguments of Deno for a task, as `deno task NAME` has them, from any working directory.
 *
 * @param flags The task's own.
 */
export function taskArguments(name: string, flags: readonly string[]): string[] {
  const command = tasks[name].command.split(" && ").at(-1)!; // before it a script may be bundled
  const [, ...words] = command.split(" ");
  return [...words.map((word) => word.startsWith("tasks/") ? join(root, word) : word), ...flags];
}
