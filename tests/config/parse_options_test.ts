import assert from "node:assert/strict";
import { readJsonText } from "../../lib/files/json.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { parseOptions } from "../../lib/config/parse_options.ts";
import { compareTask } from "../../lib/config/report_schemas.ts";
import type { Task } from "../../lib/config/task.ts";
import { allTasks } from "../../lib/config/tasks.ts";
import {
  benchTask,
  evaluateTask,
  precomputeTask,
  trainTask,
  visualiseTask,
} from "../../lib/config/task_schemas.ts";
import { UsageError } from "../../lib/config/usage_error.ts";

/** The options of a command line; `file` is what every configuration file holds. */
async function optionsOf<Options>(
  task: Task<Options>,
  argv: string[],
  file?: unknown,
): Promise<Options> {
  const text = typeof file === "string" ? file : JSON.stringify(file);
  const parsed = await parseOptions(task, argv, { readTextFile: () => Promise.resolve(text) });
  assert.equal(parsed.kind, "options");
  return (parsed as { options: Options }).options;
}

async function helpOf(task: Task<unknown>, argv = ["--help"]): Promise<string> {
  const parsed = await parseOptions(task, argv, { readTextFile: () => Promise.reject() });
  assert.equal(parsed.kind, "help");
  return (parsed as { text: string }).text;
}

async function refuses(argv: string[], { message, task = trainTask, file }: {
  message: string | RegExp;
  task?: Task<unknown>;
  file?: unknown;
}): Promise<void> {
  await assert.rejects(optionsOf(task, argv, file), (error: Error) => {
    assert.ok(error instanceof UsageError, `${error}`);
    assert.ok(!error.message.includes("\n"), "one line");
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

Deno.test("parseOptions() gives every documented default", async () => {
  const options = {
    ...await optionsOf(precomputeTask, []),
    ...await optionsOf(trainTask, []),
    ...await optionsOf(visualiseTask, []),
  };
  const documented = {
    backend: "auto",
    blas: "auto",
    seed: 0,
    quiet: false,
    json: false,
    teacherModel: "deit3_large_patch16_224.fb_in1k",
    studentModel: "deit_tiny_distilled_patch16_224",
    fromScratch: false,
    allowMaeDownsize: false,
    datasetPath: "data/images",
    rolloutDir: "data/rollouts",
    repair: false,
    cacheImages: false,
    linearLayerEpochs: 1,
    ftEpochs: 1,
    batchSize: 32,
    lr: 1e-3,
    augment: true,
    strategy: "DOWNSIZE",
    downsamplingFactor: 5,
    maskRatio: 0.75,
    maxHeaderMb: 100,
    maxPixels: 89_478_485,
    maxTensorMb: 8192,
    half: false,
    headFusion: "mean",
    discardRatio: 0.95,
    rolloutMode: "paper",
    shardSize: 1024,
    views: 0,
    targets: "joint",
    workers: 2,
    onBadImage: "skip",
    overwrite: false,
    merge: false,
    resume: false,
    saveEvery: 10,
    holdout: 0.1,
    pixelCacheMb: 2048,
    count: 8,
    photos: [],
  };
  assert.deepEqual(options, documented);
});

Deno.test("parseOptions() lets flags go before the file and the file before defaults", async () => {
  const file = { batchSize: 8, lr: 0.5, seed: 3, quiet: true };
  const { batchSize, lr, seed, quiet, ftEpochs, config } = await optionsOf(
    trainTask,
    ["--config=run.json", "--batch-size=4", "--lr", "0.25", "--no-quiet"],
    file,
  );
  assert.deepEqual(
    { batchSize, lr, seed, quiet, ftEpochs, config },
    { batchSize: 4, lr: 0.25, seed: 3, quiet: false, ftEpochs: 1, config: "run.json" },
  );
});

Deno.test("parseOptions() reads the file that --config names, and none without it", async () => {
  const asked: string[] = [];
  const readTextFile = (path: string) => {
    asked.push(path);
    return Promise.resolve("{}");
  };
  await parseOptions(trainTask, [], { readTextFile });
  assert.deepEqual(asked, []);
  await parseOptions(trainTask, ["--config=a/b.json"], { readTextFile });
  assert.deepEqual(asked, ["a/b.json"]);
});

Deno.test("parseOptions() turns switches on and off, the last one deciding", async () => {
  assert.equal((await optionsOf(trainTask, ["--no-augment"])).augment, false);
  assert.equal((await optionsOf(trainTask, ["--from-scratch"])).fromScratch, true);
  assert.equal((await optionsOf(trainTask, ["--resume", "--no-resume"])).resume, false);
});

Deno.test("parseOptions() reads strategies in any case and under both names", async () => {
  assert.equal((await optionsOf(trainTask, ["--strategy=mae"])).strategy, "MAE");
  assert.equal((await optionsOf(trainTask, ["--downsampling-strategy=Mae"])).strategy, "MAE");
  assert.equal((await optionsOf(trainTask, ["--config=f"], { strategy: "mae" })).strategy, "MAE");
});

Deno.test("parseOptions() reads model arguments from flags, text in a file and objects", async () => {
  const expected = { img_size: [48, 80], patch_size: 4, class_token: false, global_pool: "avg" };
  const text = "img_size=48x80,patch_size=4,class_token=False,global_pool=avg";
  const flag = await optionsOf(precomputeTask, [`--teacher-args=${text}`]);
  assert.deepEqual(flag.teacherArgs, expected);
  for (const teacherArgs of [text, expected]) {
    const fromFile = await optionsOf(precomputeTask, ["--config=f"], { teacherArgs });
    assert.deepEqual(fromFile.teacherArgs, expected);
  }
});

Deno.test("parseOptions() takes photos without a flag for visualise", async () => {
  const { photos, count } = await optionsOf(visualiseTask, ["a.jpg", "--count=2", "b c.png"]);
  assert.deepEqual({ photos, count }, { photos: ["a.jpg", "b c.png"], count: 2 });
  const fromFile = await optionsOf(visualiseTask, ["--config=f"], { photos: ["d.jpg"] });
  assert.deepEqual(fromFile.photos, ["d.jpg"]);
  await refuses(["--config=f"], {
    task: visualiseTask,
    file: { photos: "d.jpg" },
    message: 'f: photos is "d.jpg", expected a list of paths',
  });
});

Deno.test("parseOptions() leaves visualise's teacher and rollout open unless given", async () => {
  const open = await optionsOf(visualiseTask, []);
  assert.equal(open.teacherModel, undefined);
  assert.equal(open.discardRatio, undefined);
  assert.equal((await optionsOf(visualiseTask, ["--discard-ratio=0.5"])).discardRatio, 0.5);
});

Deno.test("parseOptions() says which options were flags, and which came from a file", async () => {
  const readTextFile = () => Promise.resolve('{"strategy":"MAE","seed":4}');
  const argv = ["--config=a.json", "--mask-ratio=0.5", "--no-quiet"];
  const parsed = await parseOptions(evaluateTask, argv, { readTextFile });
  assert(parsed.kind === "options");
  assert.deepEqual(parsed.flags.toSorted(), ["config", "maskRatio", "quiet"]);
  const { strategy, maskRatio, seed, downsamplingFactor } = parsed.options;
  assert.deepEqual([strategy, maskRatio, seed, downsamplingFactor], ["MAE", 0.5, 4, undefined]);
});

Deno.test("parseOptions() leaves evaluate's share open unless given", async () => {
  assert.equal((await optionsOf(evaluateTask, [])).holdout, undefined);
  assert.equal((await optionsOf(evaluateTask, ["--holdout=0.5"])).holdout, 0.5);
  const help = (await helpOf(evaluateTask)).replace(/\s+/g, " ");
  assert.ok(help.includes("(default: as the student was trained)"));
});

Deno.test("parseOptions() lets evaluate do without the teacher and without a folder", async () => {
  const { withTeacher, equivariance, outputDir } = await optionsOf(evaluateTask, []);
  assert.deepEqual([withTeacher, equivariance, outputDir], [false, false, undefined]);
  const flags = ["--with-teacher", "--output-dir=scores"];
  const asked = await optionsOf(evaluateTask, flags);
  assert.deepEqual([asked.withTeacher, asked.outputDir], [true, "scores"]);
});

Deno.test("parseOptions() accepts the limits of every range", async () => {
  for (const discardRatio of [0, 1]) {
    const options = await optionsOf(precomputeTask, [`--discard-ratio=${discardRatio}`]);
    assert.equal(options.discardRatio, discardRatio);
  }
  const limits = ["--mask-ratio=0", "--holdout=0", "--ft-epochs=0", "--downsampling-factor=1"];
  const { maskRatio, holdout, ftEpochs, downsamplingFactor } = await optionsOf(trainTask, limits);
  assert.deepEqual([maskRatio, holdout, ftEpochs, downsamplingFactor], [0, 0, 0, 1]);
});

Deno.test("parseOptions() gives help, even beside mistakes, that names every flag", async () => {
  for (const task of allTasks) {
    const help = await helpOf(task, ["--nonsense", "-h"]);
    assert.ok(help.includes(`deno task ${task.name} [options]`));
    assert.ok(help.replace(/\s+/g, " ").includes(task.description));
    for (const name of Object.keys(task.schema.shape)) {
      const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const shown = name === task.positional ? `[${name}...]` : `  --${flag}`;
      const shownOff = `  --no-${flag}`;
      assert.ok(help.includes(shown) || help.includes(shownOff), `${task.name} lacks ${shown}`);
    }
    assert.ok(!help.includes("undefined") && !help.includes("Of this task"), task.name);
  }
});

Deno.test("parseOptions() shows choices, defaults and second names in help", async () => {
  const help = (await helpOf(trainTask)).replace(/\s+/g, " ");
  for (
    const part of [
      "--strategy <DOWNSIZE|MAE> pixelate the photo, or hide patches (also --downsampling-strategy)",
      "--backend <auto|webgpu|wasm>",
      "--blas <auto|none|PATH>",
      "(default: deit_tiny_distilled_patch16_224)",
      "(default: 0.001)",
      "(default: data/runs/<name>)",
      "--no-augment",
    ]
  ) assert.ok(help.includes(part), part);
  assert.ok((await helpOf(visualiseTask)).includes("(default: as the cache says)"));
});

Deno.test("parseOptions() refuses unknown flags with the nearest valid one", async () => {
  for (
    const [flag, nearest] of [
      ["--startegy=DOWNSIZE", "--strategy"],
      ["--batch_size=3", "--batch-size"],
      ["--batchSize=3", "--batch-size"],
      ["--no-agument", "--no-augment"],
      ["--downsampling-stategy=MAE", "--downsampling-strategy"],
      ["--hepl", "--help"],
    ]
  ) {
    const message = `unknown option ${flag.split("=")[0]}; did you mean ${nearest}?`;
    await refuses([flag], { message });
  }
  await refuses(["-x"], { message: /^unknown option -x; did you mean --/ });
});

Deno.test("parseOptions() refuses impossible values, saying what is expected", async () => {
  for (
    const [flag, expected] of [
      ["--discard-ratio=1.5", "a number between 0 and 1"],
      ["--discard-ratio=-0.1", "a number between 0 and 1"],
      ["--discard-ratio=much", "a number between 0 and 1"],
      ["--discard-ratio=NaN", "a number between 0 and 1"],
      ["--batch-size=0", "a whole number of at least 1"],
      ["--batch-size=2.5", "a whole number of at least 1"],
      ["--seed=-1", "a whole number of at least 0"],
      ["--seed=1e400", "a whole number of at least 0"],
      ["--teacher-args=img_size", "pairs of name and value such as img_size=44,patch_size=4"],
      ["--head-fusion=men", "one of mean, max, min; did you mean mean?"],
      ["--on-bad-image=FIAL", "skip or fail; did you mean fail?"],
      ["--backend=cpu", "one of auto, webgpu, wasm; did you mean auto?"],
    ]
  ) {
    const message = `${flag.replace("=", " is ")}, expected ${expected}`;
    await refuses([flag], { message, task: precomputeTask });
  }
  for (
    const [flag, expected] of [
      ["--strategy=DOWNSIZED", "DOWNSIZE or MAE; did you mean DOWNSIZE?"],
      ["--mask-ratio=1", "a number from 0 up to, but not, 1"],
      ["--holdout=1", "a number from 0 up to, but not, 1"],
      ["--downsampling-factor=0", "a whole number of at least 1"],
      ["--lr=0", "a number above 0"],
      ["--name=a/b", "a name without slashes that does not begin with a dot"],
      ["--name=..", "a name without slashes that does not begin with a dot"],
    ]
  ) await refuses([flag], { message: `${flag.replace("=", " is ")}, expected ${expected}` });
});

Deno.test("parseOptions() refuses missing and empty values", async () => {
  await refuses(["--seed"], { message: "--seed has no value, expected --seed=<N>" });
  await refuses(["--downsampling-strategy"], {
    message: "--strategy has no value, expected --strategy=<DOWNSIZE|MAE>",
  });
  await refuses(["--dataset-path="], {
    message: "--dataset-path is empty, expected the path of a folder",
  });
  await refuses(["--batch-size="], {
    message: "--batch-size is empty, expected a whole number of at least 1",
  });
  await refuses(["--strategy="], { message: "--strategy is empty, expected DOWNSIZE or MAE" });
});

Deno.test("parseOptions() refuses values for switches and arguments without a flag", async () => {
  await refuses(["--no-augment=false"], {
    message: "--no-augment is a switch and takes no value, expected --augment or --no-augment",
  });
  await refuses(["photo.jpg"], {
    message: "unexpected argument photo.jpg; options are written --name=value",
  });
});

Deno.test("parseOptions() names every impossible flag at once", async () => {
  await refuses(["--seed=x", "--lr=0"], {
    message: "2 problems: (1) --seed is x, expected a whole number of at least 0 " +
      "(2) --lr is 0, expected a number above 0",
  });
});

Deno.test("parseOptions() gives the bench a small teacher and batch, and its quick parts", async () => {
  const { teacherModel, batchSize, only, repeats, python, output } = await optionsOf(benchTask, []);
  assert.deepEqual({ teacherModel, batchSize, only, repeats, python, output }, {
    teacherModel: "deit_tiny_patch16_224",
    batchSize: 8,
    only: ["teacher", "rollout", "student", "input", "startup"],
    repeats: 5,
    python: undefined,
    output: undefined,
  });
});

Deno.test("parseOptions() reads a list of words with commas, or from a file", async () => {
  const wanted = ["curves", "teacher"];
  assert.deepEqual((await optionsOf(benchTask, ["--only=curves,teacher"])).only, wanted);
  assert.deepEqual((await optionsOf(benchTask, ["--config=f"], { only: wanted })).only, wanted);
  const words = "teacher, rollout, student, input, startup, protocol, curves, memory";
  for (const list of ["teacher,speed", "teacher,"]) {
    const message = `--only is ${list}, expected some of ${words}`;
    await refuses([`--only=${list}`], { task: benchTask, message });
  }
});

Deno.test("parseOptions() ignores $schema in a configuration file", async () => {
  const file = { $schema: "https://example.org/options.json", seed: 5 };
  assert.equal((await optionsOf(trainTask, ["--config=f"], file)).seed, 5);
});

Deno.test("parseOptions() passes over the keys of other tasks in a file", async () => {
  const file = { teacherModel: "vit_tiny_patch16_224", lr: 0.5, repeats: 3, batchSize: 8 };
  for (
    const [task, own] of [[trainTask, ["lr"]], [benchTask, ["teacherModel", "repeats"]]] as const
  ) {
    const options = await optionsOf(task as Task<object>, ["--config=f"], file);
    const given = Object.entries(file).filter(([name]) => name in options);
    assert.deepEqual(given.map(([name]) => name).sort(), [...own, "batchSize"].sort());
    for (const [name, value] of given) {
      assert.equal((options as Record<string, unknown>)[name], value);
    }
  }
});

Deno.test("parseOptions() does not mind another task's impossible value in a file", async () => {
  assert.equal((await optionsOf(evaluateTask, ["--config=f"], { lr: -1, seed: 4 })).seed, 4);
  await refuses(["--config=f"], {
    file: { lr: -1 },
    message: "f: lr is -1, expected a number above 0",
  });
});

Deno.test("parseOptions() knows the keys of every task in a file", async () => {
  const names = new Set(allTasks.flatMap(({ schema }) => Object.keys(schema.shape)));
  const foreign = [...names].filter((name) => !Object.hasOwn(evaluateTask.schema.shape, name));
  assert.ok(foreign.length > 20);
  const file = Object.fromEntries(foreign.map((name) => [name, null]));
  const { config: _, ...options } = await optionsOf(evaluateTask, ["--config=f"], file);
  assert.deepEqual(options, await optionsOf(evaluateTask, []));
});

Deno.test("parseOptions() offers another task's key for a mistyped one in a file", async () => {
  await refuses(["--config=f"], {
    task: precomputeTask,
    file: { startegy: "MAE" },
    message: "f: unknown key startegy; did you mean strategy?",
  });
});

Deno.test("parseOptions() still refuses another task's flag", async () => {
  await refuses(["--lr=0.5"], { task: precomputeTask, message: /^unknown option --lr; / });
});

Deno.test("parseOptions() refuses unknown keys and impossible values in a file", async () => {
  const refusesFile = (file: unknown, message: string) =>
    refuses(["--config=config.json"], { message, file, task: precomputeTask });
  await refusesFile(
    { discardRatio: 1.5 },
    "config.json: discardRatio is 1.5, expected a number between 0 and 1",
  );
  await refusesFile(
    { discardRatio: "0.5" },
    'config.json: discardRatio is "0.5", expected a number between 0 and 1',
  );
  await refusesFile(
    { "batch-size": 3 },
    "config.json: unknown key batch-size; did you mean batchSize?",
  );
  await refusesFile({ quiet: null }, "config.json: quiet is null, expected true or false");
  await refusesFile(
    { headFusion: "maxx" },
    'config.json: headFusion is "maxx", expected one of mean, max, min; did you mean max?',
  );
  await refusesFile(
    { teacherArgs: { img_size: null } },
    'config.json: teacherArgs is {"img_size":null}, ' +
      "expected pairs of name and value such as img_size=44,patch_size=4",
  );
});

Deno.test("parseOptions() lists all problems of a file in one line", async () => {
  await refuses(["--config=c.json"], {
    file: '{"startegy": "MAE", "lr": -1, "__proto__": {"seed": 1}}',
    message:
      /^c\.json: 3 problems: \(1\) unknown key startegy; did you mean strategy\? \(2\) .* \(3\) lr is -1, expected a number above 0$/,
  });
});

Deno.test("parseOptions() refuses a file that names another file", async () => {
  await refuses(["--config=c.json"], {
    file: { config: "d.json" },
    message: /^c\.json: unknown key config; did you mean /,
  });
});

Deno.test("parseOptions() refuses a file that is missing, not JSON or not an object", async () => {
  await assert.rejects(
    parseOptions(trainTask, ["--config=none.json"], {
      readTextFile: () => Promise.reject(new Deno.errors.NotFound("No such file")),
    }),
    { name: "UsageError", message: "Cannot read none.json: No such file" },
  );
  await refuses(["--config=c.json"], {
    file: "{\n  seed: 3\n}",
    message: /^Cannot read c\.json: it is not JSON \(.+\)$/,
  });
  for (const [file, actual] of [["[1]", "a list"], ["3", "3"], ["null", "null"]]) {
    await refuses(["--config=c.json"], {
      file,
      message: `Cannot read c.json: it is ${actual}, expected an object of options`,
    });
  }
});

Deno.test("parseOptions() refuses a mistaken file even where a flag overrides it", async () => {
  await refuses(["--config=c.json", "--seed=1"], { file: { seed: -1 }, message: /^c\.json: seed/ });
});

Deno.test("parseOptions() takes a grid as text with commas or as lists", async () => {
  const flags = ["--factors=2,8", "--mask-ratios=0.5", "--strategies=MAE", "--phases=1+1,4+16"];
  const { factors, maskRatios, strategies, phases } = await optionsOf(compareTask, flags);
  assert.deepEqual([factors, maskRatios, strategies, phases], [
    [2, 8],
    [0.5],
    ["MAE"],
    ["1+1", "4+16"],
  ]);
  const file = { factors: [3], studentModels: ["a", "local-dir:b"], outputDir: "c" };
  const given = await optionsOf(compareTask, ["--config=grid.json"], file);
  assert.deepEqual([given.factors, given.studentModels], [[3], ["a", "local-dir:b"]]);
});

Deno.test("parseOptions() refuses impossible grids", async () => {
  await refuses(["--factors=2,x"], {
    task: compareTask,
    message:
      "--factors is 2,x, expected a whole number of at least 1, or several with commas between them",
  });
  await refuses(["--phases=4"], {
    task: compareTask,
    message: "--phases is 4, expected pairs of epochs such as 4+16",
  });
});

testInFolder("parseOptions() does not read a folder for a file", async (folder) => {
  await assert.rejects(
    parseOptions(trainTask, [`--config=${folder}`], { readTextFile: readJsonText }),
    {
      name: "UsageError",
      message: `Cannot read ${folder}: it is a folder, expected a regular file`,
    },
  );
});

Deno.test("parseOptions() says what a hostile file holds in one short line", async () => {
  const name = "a\nb\x1b[31m";
  await refuses(["--config=c.json"], {
    file: { [name]: 1 },
    message: /^c\.json: unknown key a b\\u001b\[31m; did you mean \w+\?$/,
  });
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`no${i}`, 1]));
  await refuses(["--config=c.json"], {
    file: many,
    message: /^c\.json: 1000 problems: .* \(20\) .* …$/,
  });
  await refuses(["--config=c.json"], {
    file: { ["x".repeat(1e6)]: "y".repeat(1e6), strategy: "z".repeat(1e6) },
    message: /^c\.json: 2 problems: .{1,2000}$/,
  });
});
