/**
 * What all tasks have in common for whoever runs them from a script: streams, exit codes, JSON, no colours.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { allTasks } from "../../lib/config/tasks.ts";
import { obstacleTo } from "../support/permissions.ts";
import { taskCommand } from "../support/task_process.ts";
import { everyTask, type TaskCase } from "./every_task.ts";

const obstacle = obstacleTo(["read", "write", "run", "env"]);
const { root, cases } = obstacle ? { root: "", cases: [] } : await everyTask();
addEventListener("unload", () => root && Deno.removeSync(root, { recursive: true }));

/** Variables that make other programs colourful where nobody looks. */
const colourful = { NO_COLOR: "", FORCE_COLOR: "1", CLICOLOR_FORCE: "1", CLICOLOR: "1" };

// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/;

async function run(name: string, flags: readonly string[]) {
  const { code, stdout, stderr } = await taskCommand(name, flags, { env: colourful }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.doesNotMatch(out + err, CONTROL, "plain text, for nobody looks");
  return { code, out, err };
}

function testTask(name: string, body: () => Promise<void>): void {
  const title = obstacle ? `${name} — skipped: ${obstacle}` : name;
  Deno.test({ name: title, ignore: obstacle !== undefined, fn: body });
}

/** The one document on stdout. */
function documentOf(out: string): Record<string, unknown> {
  assert.match(out, /^\{.*\}\n$/, "one line");
  return JSON.parse(out);
}

const working = cases.filter((it): it is TaskCase & { works: readonly string[] } =>
  it.works !== undefined
);

Deno.test("everyTask() has all tasks", { ignore: obstacle !== undefined }, () => {
  assert.deepEqual(cases.map(({ name }) => name).sort(), allTasks.map(({ name }) => name).sort());
});

for (const { name, works } of working) {
  testTask(
    `${name} --json prints one document on stdout, messages on stderr, and exits with 0`,
    async () => {
      const { code, out, err } = await run(name, [...works, "--json"]);
      assert.equal(code, 0, err);
      assert.ok(!("error" in documentOf(out)));
      if (name !== "verify") assert.match(err, /^backend wasm .*\n/); // verify computes nothing
      assert.match(err, /^(.*[^\s]\n)*$/, "whole lines");
    },
  );

  testTask(`${name} --quiet prints nothing where all goes well`, async () => {
    assert.deepEqual(await run(name, [...works, "--quiet"]), { code: 0, out: "", err: "" });
  });
}

for (const { name, fails } of cases) {
  testTask(`${name} exits with 1 when it fails, and says why in one line and as JSON`, async () => {
    const { code, out, err } = await run(name, [...fails, "--quiet", "--json"]);
    assert.equal(code, 1);
    assert.match(err, /^error: .+\n$/);
    const { error, problems } = documentOf(out);
    if (name === "verify") assert.ok(Array.isArray(problems), "its result says what is wrong");
    else assert.deepEqual(error, { message: err.slice("error: ".length, -1), exitCode: 1 });
  });

  testTask(`${name} exits with 2 when it is used wrongly, and says so as JSON`, async () => {
    const message = "unknown option --jsno; did you mean --json?";
    assert.deepEqual(await run(name, ["--jsno", "--json"]), {
      code: 2,
      out: `${JSON.stringify({ error: { message, exitCode: 2 } })}\n`,
      err: `error: ${message}\n`,
    });
  });

  testTask(`${name} --help prints plain text on stdout, and exits with 0`, async () => {
    const { code, out, err } = await run(name, ["--help"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, new RegExp(`^Usage: deno task ${name} `));
  });
}

testTask(
  "a configuration file asks for JSON as the flag does, also where the launcher fails",
  async () => {
    const config = join(root, "json.json");
    await Deno.writeTextFile(config, '{"json": true, "runDir": "nowhere"}');
    for (const [flags, isJson] of [[[], true], [["--no-json"], false]] as const) {
      const { code, out, err } = await run("report", [`--config=${config}`, ...flags]);
      assert.equal(code, 1);
      assert.match(err, /^error: Cannot find a student: /);
      assert.equal(out !== "" && "error" in documentOf(out), isJson);
    }
  },
);
