import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Example, examples } from "../../lib/config/examples.ts";
import { helpText } from "../../lib/config/help_text.ts";
import { parseOptions } from "../../lib/config/parse_options.ts";
import { allTasks } from "../../lib/config/tasks.ts";
import { benchTask, trainTask } from "../../lib/config/task_schemas.ts";
import { testWith } from "../support/permissions.ts";

const root = new URL("../../", import.meta.url);
const readTextFile = (path: string) => Deno.readTextFile(new URL(path, root));

Deno.test("helpText() fits the terminal, and says the same on each", () => {
  const words = (text: string) => text.replace(/\s+/g, " ");
  for (const task of allTasks) {
    const usual = helpText(task);
    assert.equal(usual, helpText(task, { columns: 80 }));
    for (const columns of [68, 80, 100]) {
      const [options] = helpText(task, { columns }).split("\nExamples:");
      const long = options.split("\n").filter((line) => line.length > columns);
      assert.deepEqual(long, [], `${task.name} at ${columns} columns`);
      assert.equal(words(options), words(usual.split("\nExamples:")[0]));
    }
    const [wide, wider] = [110, 300].map((columns) => helpText(task, { columns }));
    assert.equal(wider, wide, "a line longer than that is tiring");
    assert.equal(helpText(task, { columns: 1 }), helpText(task, { columns: 68 }));
  }
});

Deno.test("helpText() puts options under headings, and no heading twice", () => {
  const headings = [...helpText(trainTask).matchAll(/^(\S.*):$/gm)].map(([, title]) => title);
  assert.deepEqual(headings, [
    ...["Models", "Degraded view", "Training", "Photos", "Cached maps", "Run", "Output"],
    ...["Machine", "Common", "Examples"],
  ]);
});

Deno.test("helpText() keeps a short default on one line, and a long flag on its own", () => {
  const help = helpText(trainTask, { columns: 80 });
  assert.match(help, /^ {2}--lr <RATE> {17}learning rate of Adam \(default: 0\.001\)$/m);
  assert.match(help, /^ {2}--backend <auto\|webgpu\|wasm>\n {30}what to compute on/m);
  for (const task of allTasks) assert.doesNotMatch(helpText(task), /default:\n +\S{1,12}\)/);
});

Deno.test("helpText() names the words that a list may hold", () => {
  assert.match(helpText(benchTask).replace(/\s+/g, " "), /\(some of teacher, rollout, .*memory\)/);
});

testWith(["read"], "every task has examples that fit 80 columns and that it takes", async () => {
  const names = allTasks.map(({ name }) => name).sort();
  assert.deepEqual(Object.keys(examples).sort(), names);
  for (const task of allTasks) {
    const [, shown] = helpText(task).split("\nExamples:\n");
    assert.deepEqual(shown.split("\n").filter((line) => line.length > 80), []);
    for (const { command } of examples[task.name]) {
      const [deno, run, name, ...argv] = command.join(" ").split(" ");
      assert.deepEqual([deno, run, name], ["deno", "task", task.name]);
      assert.equal((await parseOptions(task, argv, { readTextFile })).kind, "options");
    }
  }
});

testWith(["read"], "what the examples read of this project is there", () => {
  const named = Object.values(examples).flat().flatMap(({ command }: Example) =>
    [...command.join(" ").matchAll(/data\/(?:sample|configs)\/[\w./-]+/g)].map(([path]) => path)
  );
  assert.ok(named.length > 10);
  assert.deepEqual(named.filter((path) => !existsSync(fileURLToPath(new URL(path, root)))), []);
});
