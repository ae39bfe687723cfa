import assert from "node:assert/strict";
import { describeOptions } from "../../lib/config/described_option.ts";
import { allTasks } from "../../lib/config/tasks.ts";
import { testWith } from "../support/permissions.ts";

/** The cells of each row of the page's tables: options, default, tasks, meaning. */
async function rowsOfPage(): Promise<string[][]> {
  const page = await Deno.readTextFile(new URL("../../tasks/README.md", import.meta.url));
  const rows = page.split("\n").filter((line) => line.startsWith("| `--"));
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** The flags in a cell, without dashes, a switch under its option's name. */
function flagsIn(cell: string): string[] {
  return (cell.match(/--[a-z-]+/g) ?? []).map((flag) => flag.replace(/^--(no-)?/, ""));
}

/** The tasks that a cell says: `all`, `all but web, verify`, or their names. */
function tasksIn(cell: string): string[] {
  const names = cell.replace(/^all but |^all$/, "").split(", ").filter((name) => name !== "");
  if (!cell.startsWith("all")) return names;
  return allTasks.map(({ name }) => name).filter((name) => !names.includes(name));
}

testWith(["read"], "tasks/README.md lists every option with its tasks, and no other", async () => {
  const listed = new Set<string>();
  for (const [options, , tasks] of await rowsOfPage()) {
    for (const flag of flagsIn(options)) {
      for (const task of tasksIn(tasks)) listed.add(`${task} --${flag}`);
    }
  }
  const known = allTasks.flatMap((task) =>
    describeOptions(task).map(({ flag }) => `${task.name} --${flag}`)
  );
  const expected = known.filter((it) => !it.endsWith("--config"));
  assert.deepEqual([...listed].sort(), expected.sort());
});

testWith(["read"], "tasks/README.md gives each option its default", async () => {
  let count = 0;
  for (const [options, cell, tasks] of await rowsOfPage()) {
    const flags = flagsIn(options);
    const cells = flags.length === 1 ? [cell] : cell.split(", ");
    const values = cells.map((it) => it.replaceAll("`", ""));
    const [first] = allTasks.filter(({ name }) => tasksIn(tasks).includes(name));
    for (const [place, flag] of flags.entries()) {
      const option = describeOptions(first).find((it) => it.flag === flag);
      const { defaultValue } = option ?? {};
      if (typeof defaultValue !== "string" && typeof defaultValue !== "number") continue;
      assert.equal(values[place], String(defaultValue), flag);
      count++;
    }
  }
  assert(count > 25, `${count} defaults`);
});
