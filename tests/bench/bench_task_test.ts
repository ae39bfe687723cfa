/**
 * `deno task bench` as a user runs it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { obstacleTo } from "../support/permissions.ts";
import { taskCommand } from "../support/task_process.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const tiny = "img_size=32,embed_dim=16,depth=1,num_heads=2,num_classes=4";
const flags = [
  "--backend=wasm",
  `--teacher-args=${tiny}`,
  `--student-args=${tiny}`,
  "--batch-size=2",
  "--repeats=1",
];

function bench(...more: string[]): Deno.Command {
  return taskCommand("bench", [...flags, ...more]);
}

const obstacle = obstacleTo(["read", "write", "run", "env"]);
function testTask(name: string, body: () => Promise<void>): void {
  const title = obstacle ? `${name} — skipped: ${obstacle}` : name;
  Deno.test({ name: title, ignore: obstacle !== undefined, fn: body });
}

testTask("bench prints one JSON document and writes the page", async () => {
  await using folder = await temporaryFolder();
  const page = join(folder.path, "page.md");
  const asked = ["--only=rollout,teacher", "--python=no-such-python", `--output=${page}`, "--json"];
  const { code, stdout, stderr } = await bench(...asked).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const result = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual(result.sections.map(({ name }: { name: string }) => name), [
    "teacher",
    "rollout",
  ]);
  assert.match(result.command, /^deno task bench .*--only=rollout,teacher/);
  assert(result.machine.cores >= 1 && result.machine.tfjs);
  const written = await Deno.readTextFile(page);
  assert.match(written, /<!-- bench:teacher -->[\s\S]*<!-- bench:rollout -->/);
});

testTask("bench trains nothing in half precision", async () => {
  const { code, stderr } = await bench("--half").output();
  assert.equal(code, 2);
  assert.match(new TextDecoder().decode(stderr), /^error: --half is for .*--only=teacher\n$/);
});

testTask("bench ends at Ctrl-C, and the peer with it", async () => {
  const peer = [`--python=${Deno.execPath()}`, `--peer=${pathOf("fake_peer.ts")}`];
  const child = bench("--only=teacher", ...peer).spawn();
  const out = new Response(child.stdout).text();
  let said = "";
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    const knew = /process \d+/.test(said);
    said += part;
    if (!knew && /process \d+/.test(said)) child.kill("SIGINT");
  }
  assert.equal((await child.status).code, 130, said);
  assert.equal(await out, "");
  const [, pid] = /process (\d+)/.exec(said)!;
  assert.throws(() => process.kill(Number(pid), 0), { code: "ESRCH" });
});
