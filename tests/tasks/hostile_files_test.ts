/**
 * Files from strangers, made to do harm: they change nothing outside the folder that a task was told to fill,
 * take no memory to speak of, and end the task with one line.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { manifestSha256 } from "../../lib/cache/manifest_checksum.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { namesIn } from "../../lib/files/if_present.ts";
import { readChecksummed, writeChecksummed } from "../../lib/weights/checksummed_file.ts";
import { peakUntil } from "../bench/child_task.ts";
import { snapshot } from "../support/folder_snapshot.ts";
import { obstacleTo } from "../support/permissions.ts";
import { runTaskProcess, taskCommand } from "../support/task_process.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

type Json = Record<string, unknown>;

/** What a stranger sends: a cache and an evaluated run, beside the user's photos and teacher. */
interface Place {
  readonly root: string;
  readonly maps: string;
  readonly run: string;
  readonly checkpoint: string;
  /** Flags that name photos and cache. */
  readonly data: readonly string[];
}

/** More than any task takes here, and far less than what the files ask for. */
const mostMiB = 1500;

async function makePlace(): Promise<Place & AsyncDisposable> {
  await openBackend("wasm");
  const { root, options } = await makeTinyPipeline({ photos: 6 });
  const { datasetPath, rolloutDir: maps, source } = options;
  const run = join(root, "run");
  const data = [`--dataset-path=${datasetPath}`, `--rollout-dir=${maps}`];
  const student = [`--student-model=${source.model}`, "--batch-size=4", "--holdout=0.4"];
  for (
    const [name, flags] of [
      ["train", [...data, ...student, `--run-dir=${run}`]],
      ["evaluate", [...data, `--run-dir=${run}`]],
    ] as const
  ) {
    const { code, err } = await runTaskProcess(name, flags);
    assert.equal(code, 0, err);
  }
  const folder = join(run, "checkpoints");
  const name = (await namesIn(folder)).find((it) => it.endsWith("-ft.safetensors"))!;
  return {
    ...{ root, maps, run, data },
    checkpoint: join(folder, name),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Changes a file for the length of a block. */
async function changed(
  path: string,
  change: (path: string, text: string) => Promise<void>,
): Promise<AsyncDisposable> {
  const bytes = await Deno.readFile(path);
  await change(path, new TextDecoder().decode(bytes));
  return { [Symbol.asyncDispose]: () => Deno.writeFile(path, bytes) };
}

function changedJson(path: string, change: (content: Json) => void): Promise<AsyncDisposable> {
  return changed(path, async (path, text) => {
    const content = JSON.parse(text);
    change(content);
    await Deno.writeTextFile(path, JSON.stringify(content));
  });
}

/** Sets a value deep in JSON, also under the names that objects inherit from. */
function put(content: Json, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop()!;
  const target = keys.reduce((object, key) => object[key] as Json, content);
  Object.defineProperty(target, last, { value, enumerable: true, configurable: true });
}

/**
 * Runs a task on a stranger's files: refused in one line, or without an effect, it changes nothing but its own
 * output, and takes no memory to speak of.
 *
 * @returns What it says; nothing when it has found nothing wrong.
 */
async function runHarmlessly(place: Place, [name, ...flags]: readonly string[]): Promise<string> {
  const untouched = async () =>
    (await snapshot(place.root)).filter((line) => !/^(scores|rollouts)\//.test(line));
  const before = await untouched();
  const child = taskCommand(name, ["--backend=wasm", "--quiet", ...flags]).spawn();
  const output = child.output();
  const [{ code, stderr }, peak] = await Promise.all([output, peakUntil(output, child.pid)]);
  const said = new TextDecoder().decode(stderr);
  assert([0, 1, 2].includes(code), `${code}: ${said}`);
  assert.match(said, code === 0 ? /^$/ : /^error: [^\n]+\n$/);
  assert.deepEqual(await untouched(), before);
  assert(!(peak! > mostMiB), `${peak} MiB: ${said}`);
  return said;
}

const scoring = ({ data, checkpoint, root }: Place) => [
  ...["evaluate", ...data, `--checkpoint=${checkpoint}`, `--output-dir=${join(root, "scores")}`],
];
const caching = ({ data, root }: Place) => [
  ...["precompute", ...data, `--teacher-model=local-dir:${root}/teacher`],
];
const training = ({ data, run, root }: Place, ...more: string[]) => [
  ...["train", ...data, `--run-dir=${run}`, "--batch-size=4", "--holdout=0.4", ...more],
  `--student-model=local-dir:${root}/teacher`,
];

async function hostileManifests(place: Place): Promise<void> {
  const lies: [key: string, value: unknown][] = [
    ["shards.0.file", "../../x"],
    ["shards.0.file", "/etc/passwd"],
    ["dataset.imageCount", 1e15],
    ["shards.0.rows", 2 ** 53],
    ["settings.grid", [1e9, 1e9]],
    ["skipped", [{ path: "../x\0", reason: "" }]],
  ];
  for (const [turn, [key, value]] of lies.entries()) {
    await using _ = await changedJson(join(place.maps, "manifest.json"), (content) => {
      put(content, key, value);
      if (key === "dataset.imageCount") put(content, "settings.shardSize", 1);
      put(content, "sha256", manifestSha256(content));
    });
    const said = await runHarmlessly(place, turn % 2 === 0 ? scoring(place) : caching(place));
    assert.match(said, /manifest|Cannot/, key);
  }
  await using _ = await changedJson(join(place.maps, "manifest.json"), (content) => {
    put(content, "__proto__", { complete: false });
    put(content, "settings.__proto__", { grid: [1, 1] });
    put(content, "sha256", manifestSha256(content));
  });
  await runHarmlessly(place, scoring(place));
}

async function hostileIndexes(place: Place): Promise<void> {
  const lines = [
    ...["../../x.png", "/etc/passwd", "a\0.png", "..\\x.png"].map((path) => ({ path, shard: 0 })),
    { path: "scene-00000.png", shard: 2 ** 53 },
  ];
  for (const line of lines) {
    await using _ = await changed(join(place.maps, "index.jsonl"), async (path, text) => {
      const [, ...others] = text.split("\n");
      await Deno.writeTextFile(path, [JSON.stringify({ row: 0, ...line }), ...others].join("\n"));
    });
    assert.match(await runHarmlessly(place, scoring(place)), /Cannot read cache index: /);
  }
}

async function hostileDescriptions(place: Place): Promise<void> {
  const lies: [text: string, key: string, value: unknown][] = [
    ["model", "model_args.depth", 1e9],
    ["model", "model_args.patch_size", 0],
    ["model", "architecture", "../../x"],
    ["model", "architecture", "__proto__"],
    ["student", "grid", [1e9, 1e9]],
    ["student", "degradation", { strategy: "DOWNSIZE", factor: 1e300 }],
    ["student", "view.imageSize", [1e9, 1e9]],
  ];
  for (const [text, key, value] of lies) {
    await using _ = await changed(place.checkpoint, async (path) => {
      const { tensors, metadata } = await readChecksummed(path);
      const content = JSON.parse(metadata[text]);
      put(content, key, value);
      const hostile = { ...metadata, [text]: JSON.stringify(content) };
      await writeChecksummed(path, tensors, { metadata: hostile });
    });
    assert.match(await runHarmlessly(place, scoring(place)), /Cannot|expected/, key);
  }
}

async function hostileTensors(place: Place): Promise<void> {
  for (const name of ["model.../../x", "/etc/x", "__proto__", "a\nb"]) {
    await using _ = await changed(place.checkpoint, async (path) => {
      const { tensors, metadata } = await readChecksummed(path);
      const [[, first]] = tensors;
      await writeChecksummed(path, new Map([...tensors, [name, first]]), { metadata });
    });
    await runHarmlessly(place, scoring(place));
  }
}

async function hostileRuns(place: Place): Promise<void> {
  {
    await using _ = await changedJson(join(place.run, "config.json"), (content) => {
      put(content, "__proto__", { polluted: true });
      put(content, "degradation.strategy", "../../x");
    });
    const said = await runHarmlessly(place, training(place, "--resume"));
    assert.match(said, /--resume cannot continue/);
  }
  const folder = join(place.run, "checkpoints");
  const moved = join(place.root, "moved");
  await Deno.rename(folder, moved);
  await Deno.symlink(moved, folder);
  for (const flag of ["--resume", "--overwrite"]) {
    const said = await runHarmlessly(place, training(place, flag));
    assert.match(said, /checkpoints is a link to .*moved, expected links within/);
  }
  await Deno.remove(folder);
  await Deno.rename(moved, folder);
}

async function hostileModels(place: Place): Promise<void> {
  const lies: [key: string, value: unknown][] = [
    ["model_args.embed_dim", 1e9],
    ["model_args.img_size", 1e9],
    ["pretrained_cfg.crop_pct", 1e-300], // each photo is skipped, with its reason
    ["architecture", "constructor"],
  ];
  for (const [key, value] of lies) {
    const config = join(place.root, "teacher", "config.json");
    await using _ = await changedJson(config, (content) => put(content, key, value));
    const said = await runHarmlessly(place, [...caching(place), "--overwrite"]);
    assert.match(said, key.endsWith("crop_pct") ? /^$/ : /Cannot|expected/, key);
  }
}

async function hostileEvaluations(place: Place): Promise<void> {
  const evaluation = join(place.run, "evaluation.json");
  const photos = join(place.run, "evaluation.jsonl");
  const script = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`;
  const strings = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strings);
    if (typeof value !== "object" || value === null) return value;
    const titles = ["title", "view", "xTitle", "yTitle"];
    return Object.fromEntries(
      Object.entries(value).map(([key, it]) =>
        titles.includes(key) && typeof it === "string" ? [key, it + script] : [key, strings(it)]
      ),
    );
  };
  const config = join(place.run, "config.json");
  await using _evaluation = await changed(
    evaluation,
    (path, text) => Deno.writeTextFile(path, JSON.stringify(strings(JSON.parse(text)))),
  );
  await using _config = await changedJson(config, (content) => {
    put(content, "model", script);
    put(content, script, script);
  });
  const { code, err } = await runTaskProcess("report", [`--run-dir=${place.run}`]);
  assert.equal(code, 0, err);
  const page = await Deno.readTextFile(join(place.run, "report.html"));
  assert(page.includes("&lt;script&gt;"));
  assert(!/<script|<img src=x/i.test(page));
  await using _photos = await changed(
    photos,
    (path, text) =>
      Deno.writeTextFile(path, text.replace(/"path":"[^"]+"/, '"path":"../../../etc/passwd"')),
  );
  const escaped = await runTaskProcess("report", [`--run-dir=${place.run}`]);
  assert.equal(escaped.code, 1);
  assert.match(escaped.err, /error: [^\n]+\n$/);
}

const obstacle = obstacleTo(["read", "write", "run", "env"]);
Deno.test({
  name: obstacle
    ? `files from strangers do no harm — skipped: ${obstacle}`
    : "files from strangers do no harm",
  ignore: obstacle !== undefined,
  fn: async (test) => {
    await using place = await makePlace();
    await test.step("manifests", () => hostileManifests(place));
    await test.step("indexes", () => hostileIndexes(place));
    await test.step("descriptions of a student", () => hostileDescriptions(place));
    await test.step("tensors' names", () => hostileTensors(place));
    await test.step("runs", () => hostileRuns(place));
    await test.step("evaluations", () => hostileEvaluations(place));
    await test.step("models, which come last: the cache is removed", () => hostileModels(place));
  },
});
