/**
 * Every task at work, told to end.
 */
import assert from "node:assert/strict";
import { obstacleTo } from "../support/permissions.ts";
import { taskCommand } from "../support/task_process.ts";
import { everyTask } from "../tasks/every_task.ts";

const obstacle = Deno.build.os === "windows"
  ? "Windows has no such signals"
  : obstacleTo(["read", "write", "run", "env"]);
const { root, cases } = obstacle ? { root: "", cases: [] } : await everyTask();
const training = cases.find(({ name }) => name === "train");
if (training) await taskCommand("train", training.works!).output(); // others look at its student
addEventListener("unload", () => root && Deno.removeSync(root, { recursive: true }));

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** Sends a signal once the task is at work: a moment after its first message, which tells the backend or address. */
async function interrupt(name: string, flags: readonly string[], signal: Deno.Signal) {
  const child = taskCommand(name, [...flags, "--json"]).spawn();
  const out = new Response(child.stdout).text();
  let err = "";
  let isSent = false;
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    err += part;
    if (isSent) continue;
    isSent = true;
    await new Promise((done) => setTimeout(done, 300));
    child.kill(signal);
  }
  return { code: (await child.status).code, out: await out, err };
}

for (const [signal, code] of Object.entries(signals) as [keyof typeof signals, number][]) {
  for (const { name, lasts } of cases.filter((it) => it.lasts.length > 0)) {
    const title = `${name} ends at ${signal} with ${code}, and one JSON document`;
    Deno.test(title, async () => {
      const ended = await interrupt(name, lasts, signal);
      assert.equal(ended.code, code, ended.err);
      assert.match(ended.out, /^(\{.*\}|null)\n$/);
    });
  }
}
