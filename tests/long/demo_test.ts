/**
 * `deno task demo` as a newcomer runs it, under its permissions.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { namesIn } from "../../lib/files/if_present.ts";
import { snapshot } from "../support/folder_snapshot.ts";
import { testWith } from "../support/permissions.ts";
import { runTaskProcess } from "../support/task_process.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const sample = fileURLToPath(new URL("../../data/sample/", import.meta.url));

testWith(
  ["read", "write", "run", "env"],
  "demo goes through the whole pipeline and fills its own folder alone",
  async () => {
    await using folder = await temporaryFolder();
    const output = join(folder.path, "demo");
    const before = await snapshot(sample);
    const { code, out, err } = await runTaskProcess("demo", [`--output-dir=${output}`, "--json"]);
    assert.equal(code, 0, err);
    assert.equal(JSON.parse(out).report, join(output, "report.html"));
    const names = await namesIn(output);
    for (const name of ["evaluation.json", "report.html", "visualise.png", "loss.png"]) {
      assert(names.includes(name), name);
    }
    assert.deepEqual(await namesIn(folder.path), ["demo"]);
    assert.deepEqual(await snapshot(sample), before);
  },
);
