import assert from "node:assert/strict";
import { configSchema } from "../../lib/config/config_schema.ts";
import { describeOptions } from "../../lib/config/described_option.ts";
import { parseOptions } from "../../lib/config/parse_options.ts";
import { strategyNames } from "../../lib/config/strategies.ts";
import type { Task } from "../../lib/config/task.ts";
import { allTasks } from "../../lib/config/tasks.ts";
import { trainTask } from "../../lib/config/task_schemas.ts";
import { testWith } from "../support/permissions.ts";
import { accepted } from "./validator/accepted.ts";

const schema = configSchema(allTasks);
const configs = new URL("../../data/configs/", import.meta.url);

/** Whether all tasks that have the options take them from a file. */
async function isTaken(file: Record<string, unknown>): Promise<boolean> {
  const names = Object.keys(file);
  const having = allTasks.filter((task) => names.some((name) => name in task.schema.shape));
  const tried = await Promise.all(
    (having.length > 0 ? having : allTasks).map((task) => takes(task, file)),
  );
  assert.equal(new Set(tried).size, 1, `tasks differ about ${JSON.stringify(file)}`);
  return tried[0];
}

async function takes(task: Task<unknown>, file: Record<string, unknown>): Promise<boolean> {
  const readTextFile = () => Promise.resolve(JSON.stringify(file));
  return await parseOptions(task, ["--config=c.json"], { readTextFile }).then(
    () => true,
    (error) => {
      assert.equal(error.name, "UsageError");
      return false;
    },
  );
}

/** What options themselves offer: defaults, choices, a first word of each list. */
function ownValues(): unknown[] {
  const options = allTasks.flatMap(describeOptions);
  const offered = options.flatMap(({ defaultValue, help: { choices = [], items = [] } }) => [
    ...[defaultValue, ...choices, items.slice(0, 1)],
  ]);
  const distinct = new Map(offered.map((value) => [JSON.stringify(value), value]));
  distinct.delete(JSON.stringify(undefined));
  return [...distinct.values()];
}

/** Every option by its name, with values of each kind that could be taken for one. */
const values = [
  ...[true, false, null, "", "x", "auto", "wasm", "MAE", "mae", "Downsize", "max", "fail", "skip"],
  ...["Vit-Explain", ["Teacher"], ...ownValues()],
  ...[-1, 0, 0.5, 1, 1.5, 3, 1e300, "1", "0.5", "a/b", ".hidden", "../up", "run-7"],
  ...[[], [1], [0.5], [1, 2], ["MAE"], ["mae"], ["4+16"], ["x"], [-1], [""], [[1]], {}],
  ...[{ img_size: 44 }, { img_size: [48, 80] }, { a: null }, { a: "b", c: true }, { a: [] }],
  ...["img_size=44,patch_size=4", "cdn.example.org", ["cdn.example.org:8080"], ["not a host"]],
];

const needs = ["read", "run"] as const;

testWith(
  needs,
  "configSchema() accepts of each option what its tasks take, and nothing else",
  async () => {
    const names = Object.keys(schema.properties as object).filter((name) => name !== "$schema");
    const files = names.flatMap((name) => values.map((value) => ({ name, value })));
    const verdicts = await accepted(schema, files.map(({ name, value }) => ({ [name]: value })));
    const taken = new Map<string, number>();
    for (const [i, { name, value }] of files.entries()) {
      const isTakenToo = await isTaken({ [name]: value });
      taken.set(name, (taken.get(name) ?? 0) + Number(isTakenToo));
      if (isListText(name, value)) continue; // the task alone reads it
      assert.equal(verdicts[i], isTakenToo, `${name}: ${JSON.stringify(value)}`);
    }
    for (const [name, count] of taken) {
      assert.ok(
        count > 0 && count < values.length,
        `some values of ${name} are taken, some refused`,
      );
    }
  },
);

/** Text in place of a list or of pairs, which a schema cannot take to pieces. */
function isListText(name: string, value: unknown): boolean {
  const { anyOf = [] } = (schema.properties as Record<string, { anyOf?: object[] }>)[name];
  return typeof value === "string" && value !== "" && anyOf.some((it) => "minLength" in it);
}

testWith(
  needs,
  "configSchema() refuses what no task knows, and other JSON than objects",
  async () => {
    const unknown = [{ startegy: "MAE" }, { "batch-size": 3 }, { config: "other.json" }];
    assert.deepEqual(await Promise.all(unknown.map(isTaken)), [false, false, false]);
    const verdicts = await accepted(schema, [...unknown, [], 3, "x", null]);
    assert.deepEqual(new Set(verdicts), new Set([false]));
  },
);

testWith(needs, "configSchema() lets a file say where its schema is, as the tasks do", async () => {
  const places = ["./config.schema.json", "https://example.org/config.schema.json"];
  const files = places.map(($schema) => ({ $schema, seed: 3 }));
  assert.deepEqual(await accepted(schema, files), [true, true]);
  assert.deepEqual(await Promise.all(files.map(isTaken)), [true, true]);
});

Deno.test("configSchema() tells an editor each option's flag, meaning, default and choices", () => {
  const properties = schema.properties as Record<string, Record<string, unknown>>;
  for (const [name, { title, description }] of Object.entries(properties)) {
    if (name === "$schema") continue;
    assert.match(String(title), /^--[a-z-]+$/);
    assert.match(String(description), /^.+ \[[a-z, ]+\]$/m);
  }
  assert.equal(properties.lr.default, 0.001);
  assert.equal(properties.batchSize.default, undefined, "bench has another than train");
  assert.match(
    String(properties.batchSize.description),
    /\(default: 32\).*\n.*default: 8\) \[bench\]/,
  );
  const [strategies] = properties.strategy.anyOf as { enum: string[] }[];
  assert.deepEqual(strategies.enum, strategyNames);
  assert.deepEqual(properties.studentModels.default, ["deit_tiny_distilled_patch16_224"]);
});

testWith(["read"], "the committed schema is the options' own: else run deno task schema", () => {
  const text = Deno.readTextFileSync(new URL("config.schema.json", configs));
  assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(schema)));
});

testWith(needs, "the shipped configurations are three students that train takes", async () => {
  const names = [...Deno.readDirSync(configs)].map(({ name }) => name)
    .filter((name) => name !== "config.schema.json").sort();
  assert.deepEqual(names, ["masked.json", "pixelating.json", "small-image.json"]);
  const students = await Promise.all(names.map(async (name) => {
    const file = JSON.parse(Deno.readTextFileSync(new URL(name, configs)));
    assert.equal(file.$schema, "./config.schema.json");
    assert.deepEqual(await accepted(schema, [file]), [true]);
    const parsed = await parseOptions(trainTask, [`--config=${name}`], {
      readTextFile: () => Promise.resolve(JSON.stringify(file)),
    });
    assert.equal(parsed.kind, "options");
    const { options } = parsed as Extract<typeof parsed, { kind: "options" }>;
    return [options.strategy, options.fromScratch, options.studentModel, options.name];
  }));
  assert.deepEqual(students, [
    ["MAE", false, "vit_base_patch16_224.mae", "masked"],
    ["DOWNSIZE", false, "deit_tiny_distilled_patch16_224", "pixelating"],
    ["DOWNSIZE", true, "deit_tiny_distilled_patch16_224", "small-image"],
  ]);
});
