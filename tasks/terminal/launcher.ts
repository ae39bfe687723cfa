/**
 * The process that started this one with its permissions and stands in for it.
 *
 * @module
 */

/** The variable in which the launcher tells its process identifier. */
export const launcherVariable = "DISTILL_ROLLOUT_LAUNCHER";

/** Milliseconds between two looks at whether it is still there. */
const lookEvery = 500;

/**
 * Ends this process when its launcher has been killed: whoever kills a task means the work, not the launcher, and
 * may start it again at once.
 *
 * @param code The exit code, of which nobody is left to hear.
 */
export function endWithLauncher(code: number): void {
  const variable = { name: "env", variable: launcherVariable } as const;
  if (Deno.permissions.querySync(variable).state !== "granted") return;
  const launcher = Deno.ppid;
  if (Deno.env.get(launcherVariable) !== String(launcher)) return; // started by hand
  const look = setInterval(() => {
    if (Deno.ppid !== launcher) Deno.exit(code);
  }, lookEvery);
  Deno.unrefTimer(look);
}
