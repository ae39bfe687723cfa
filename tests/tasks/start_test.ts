/**
 * The launcher between a shell and a task: signals, and what is left when it is killed.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { obstacleTo } from "../support/permissions.ts";
import { taskCommand } from "../support/task_process.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const obstacle = Deno.build.os === "linux"
  ? obstacleTo(["read", "write", "run", "env"])
  : "looks into /proc";

function testOnLinux(name: string, obstacle: string | undefined, body: () => Promise<void>): void {
  const title = obstacle ? `${name} — skipped: ${obstacle}` : name;
  Deno.test({ name: title, ignore: obstacle !== undefined, fn: body });
}

/** A training of some minutes, and how to wait until it is on its way. */
async function longTraining() {
  await openBackend("wasm");
  const { root, options: { datasetPath, rolloutDir, runDir, source } } = await makeTinyPipeline();
  const state = join(runDir, "checkpoints", "state.safetensors");
  return {
    runDir,
    flags: [
      ...["--backend=wasm", "--batch-size=4", "--downsampling-factor=4", "--ft-epochs=2000"],
      ...[`--dataset-path=${datasetPath}`, `--rollout-dir=${rolloutDir}`, `--run-dir=${runDir}`],
      `--student-model=${source.model}`,
    ],
    hasBegun: () => until(() => Deno.stat(state).then(() => true, () => false)),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Looks until something is so; what has not come about in a minute will not. */
async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!await isTrue()) {
    assert(performance.now() < end, "nothing came of it in a minute");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

testOnLinux("a task ends when its launcher is killed", obstacle, async () => {
  await using training = await longTraining();
  const launcher = taskCommand("train", training.flags).spawn();
  await training.hasBegun();
  const children = await Deno.readTextFile(`/proc/${launcher.pid}/task/${launcher.pid}/children`);
  const [task] = children.trim().split(" ").map(Number);
  assert(isAlive(task));
  launcher.kill("SIGKILL");
  await Promise.all([launcher.output(), until(() => !isAlive(task))]);
});

testOnLinux("a task saves when its launcher alone is told to end", obstacle, async () => {
  await using training = await longTraining();
  const launcher = taskCommand("train", [...training.flags, "--json"]).spawn();
  await training.hasBegun();
  launcher.kill("SIGTERM");
  const { code, stdout } = await launcher.output();
  assert.equal(code, 143);
  assert.equal(JSON.parse(new TextDecoder().decode(stdout)).complete, false);
});

const hasScript = await Deno.stat("/usr/bin/script").then(() => true, () => false);
const noTerminal = hasScript ? obstacle : "there is no /usr/bin/script to make a terminal with";
testOnLinux("deno task saves at one Ctrl-C in a terminal", noTerminal, async () => {
  await using training = await longTraining();
  const quoted = ["task", "train", ...training.flags].map((it) => `'${it}'`).join(" ");
  const terminal = new Deno.Command("/usr/bin/script", {
    args: ["-qec", `'${Deno.execPath()}' ${quoted}`, "/dev/null"],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const said = new Response(terminal.stdout).text();
  await training.hasBegun();
  const keyboard = terminal.stdin.getWriter();
  await keyboard.write(new TextEncoder().encode("\x03"));
  const { code } = await terminal.status;
  await keyboard.close().catch(() => {});
  assert.equal(code, 130, await said);
  assert.match(await said, /interrupted: finishing up[^]*continue with --resume/);
});
