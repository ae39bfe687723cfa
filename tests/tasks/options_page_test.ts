import assert from "node:assert/strict";
import { describeOptions } from "../../lib/config/described_option.ts";
import { allTasks } from "../../lib/config/tasks.ts";
import { testWith } from "../support/permissions.ts";

testWith(["read"], "tasks/README.md lists every option of every task, and no other", async () => {
  const page = await Deno.readTextFile(new URL("../../tasks/README.md", import.meta.url));
  const rows = page.split("\n").filter((line) => line.startsWith("| `--"));
  const listed = rows.flatMap((row) => row.split("|")[1].match(/--[a-z-]+/g) ?? []);
  const options = allTasks.flatMap(describeOptions).map(({ flag }) => flag);
  const named = new Set(listed.map((flag) => flag.replace(/^--(no-)?/, "")));
  assert.deepEqual([...named].sort(), [...new Set(options)].filter((it) => it !== "config").sort());
});
