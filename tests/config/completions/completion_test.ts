import assert from "node:assert/strict";
import denoJson from "../../../deno.json" with { type: "json" };
import {
  type CompletedFlag,
  type Completions,
  completionsOf,
} from "../../../lib/config/completions/completion.ts";
import { shells } from "../../../lib/config/completions/shells.ts";
import { allTasks } from "../../../lib/config/tasks.ts";
import { kebabCase } from "../../../lib/config/described_option.ts";
import { strategyNames } from "../../../lib/config/strategies.ts";

const listed = { train: "Train", "test:long": "Test", bench: "Time" };
const completions = completionsOf(listed, { project: "p", tasks: allTasks, models: ["m"] });

function flagOf(task: string, flag: string): CompletedFlag {
  const { flags } = completions.tasks.find(({ name }) => name === task)!;
  return flags!.find((it) => it.flag === flag)!;
}

Deno.test("completionsOf() has every flag of every task, and no other", () => {
  const known = Object.fromEntries(allTasks.map(({ name }) => [name, name]));
  const { tasks } = completionsOf(known, { project: "p", tasks: allTasks, models: [] });
  for (const [i, { name, flags }] of tasks.entries()) {
    const { schema, positional } = allTasks[i];
    const names = Object.keys(schema.shape).filter((it) => it !== positional).map(kebabCase);
    const plain = flags!.map(({ flag }) => flag.replace(/^--(no-)?/, ""))
      .filter((flag) => !["downsampling-strategy", "help"].includes(flag));
    assert.deepEqual([...new Set(plain)].sort(), names.sort(), name);
  }
});

Deno.test("completionsOf() knows what kind of value a flag takes", () => {
  const kinds = {
    "--strategy": { words: strategyNames, kind: "words", extension: "", isList: false },
    "--blas": { words: ["auto", "none"], kind: "file", extension: "", isList: false },
    "--dataset-path": { words: [], kind: "folder", extension: "", isList: false },
    "--config": { words: [], kind: "file", extension: ".json", isList: false },
    "--student-model": { words: [], kind: "model", extension: "", isList: false },
    "--lr": { words: [], kind: "number", extension: "", isList: false },
    "--student-args": { words: [], kind: "number", extension: "", isList: true },
  };
  for (const [flag, value] of Object.entries(kinds)) {
    assert.deepEqual(flagOf("train", flag).value, value, flag);
  }
  assert.equal(flagOf("train", "--resume").value, undefined);
  assert.equal(flagOf("bench", "--only").value!.isList, true);
  assert.ok(flagOf("bench", "--only").value!.words.includes("rollout"));
});

Deno.test("completionsOf() tells flags that change something from those that do not", () => {
  const usual = (flag: string) => flagOf("train", flag).isUsual;
  const flags = ["--resume", "--no-resume", "--augment", "--no-augment", "--downsampling-strategy"];
  assert.deepEqual(flags.map(usual), [false, true, true, false, true]);
});

Deno.test("completionsOf() lists tasks whose options only Deno knows", () => {
  assert.deepEqual(completions.tasks[1], { name: "test:long", description: "Test" });
});

Deno.test("every task with options is listed in deno.json with a description", () => {
  const described: Record<string, { description: string }> = denoJson.tasks;
  for (const { name } of allTasks) assert.ok(described[name].description, name);
  for (const name of Object.keys(described)) assert.match(name, /^[a-z]+(:[a-z]+)?$/);
});

Deno.test("the scripts of all shells name every flag that is offered", () => {
  const { tasks }: Completions = completions;
  for (const [shell, write] of Object.entries(shells)) {
    const script = write(completions);
    for (const { flag } of tasks.flatMap(({ flags }) => flags ?? []).filter((it) => !it.isUsual)) {
      const spelling = shell === "fish" ? `-l ${flag.slice(2)} ` : flag;
      assert.ok(script.includes(spelling), `${shell} lacks ${flag}`);
    }
  }
});
