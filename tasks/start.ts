/**
 * Starts a task with the permissions that it needs and no more: `deno run tasks/start.ts NAME …`.
 *
 * This process may start others and so do anything; it reads options and the beginnings of a few files, and
 * leaves the work to the other one.
 *
 * @module
 */
import { planStart } from "./launch/plan_start.ts";
import { runChild } from "./launch/run_child.ts";
import { asksForJson } from "./terminal/json_document.ts";
import { printFailure } from "./terminal/print_error.ts";

let json = asksForJson(Deno.args);

async function start([name, ...args]: string[]): Promise<number> {
  const plan = await planStart(name, args, { onOptions: (options) => json = options.json ?? json });
  if (plan.kind === "run") return await runChild([...plan.flags, ...plan.module]);
  console.log(plan.text);
  return 0;
}

try {
  Deno.exit(await start(Deno.args));
} catch (error) {
  Deno.exit(await printFailure(error, { json }));
}
