/**
 * `deno task report` as a user runs it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { testWith } from "../support/permissions.ts";
import { runTaskProcess } from "../support/task_process.ts";
import { evaluatedWorkplace } from "./report_support.ts";

const run = (flags: readonly string[]) => runTaskProcess("report", flags);

testWith(
  ["read", "write", "run", "env"],
  "report writes the page into the run's folder and says where; a folder as --output is refused",
  async () => {
    await openBackend("cpu");
    await using place = await evaluatedWorkplace();
    const { code, out, err } = await run([`--run-dir=${place.run}`, "--count=1"]);
    assert.equal(code, 0, err);
    const page = join(place.run, "report.html");
    assert.equal(out.trimEnd(), `report ${page}`);
    assert.match(await Deno.readTextFile(page), /^<!doctype html>/);
    const lone = join(place.root, "student.safetensors");
    await Deno.rename(place.options.checkpointPath, lone);
    const scores = join(place.run, "evaluation.json");
    const text = await Deno.readTextFile(scores);
    const moved = { ...JSON.parse(text), checkpoint: lone };
    await Deno.writeTextFile(scores, JSON.stringify(moved));
    const output = join(place.root, "new", "page.html");
    const flags = [`--checkpoint=${lone}`, `--evaluation-dir=${place.run}`, `--output=${output}`];
    const elsewhere = await run([...flags, "--json"]);
    assert.deepEqual(JSON.parse(elsewhere.out), { output, checkpoint: lone }, elsewhere.err);
    const refused = await run([`--checkpoint=${lone}`, `--output=${place.root}`]);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /^error: Cannot write report: --output is .*, a folder/m);
  },
);
