/**
 * A process that stands in for this one.
 *
 * @module
 */

import { launcherVariable } from "../terminal/launcher.ts";

/** What a process may be told; Windows tells the child of Ctrl-C itself. */
const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? []
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs Deno to its end, on this process's terminal and standing in for it: signals are passed on.
 *
 * @returns The child's exit code.
 */
export async function runChild(args: readonly string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { [launcherVariable]: String(Deno.pid) },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  for (const signal of signals) Deno.addSignalListener(signal, () => passOn(signal, child));
  if (Deno.build.os === "windows") Deno.addSignalListener("SIGINT", () => {});
  return (await child.status).code;
}

function passOn(signal: Deno.Signal, child: Deno.ChildProcess): void {
  try {
    child.kill(signal);
  } catch {
    // it has just ended
  }
}
