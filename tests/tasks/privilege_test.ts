/**
 * What tasks can do under their permissions: their work, and nothing else.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readManifest } from "../../lib/cache/manifest.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { planStart } from "../../tasks/launch/plan_start.ts";
import { snapshot } from "../support/folder_snapshot.ts";
import { testWith } from "../support/permissions.ts";
import { taskCommand } from "../support/task_process.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";
import { startHub } from "../weights/hub/hub_server.ts";
import { probeSource } from "./probe.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Runs a task as the launcher does, but for a module that is loaded before it. */
async function runProbed(name: string, flags: readonly string[], probe: string): Promise<string> {
  const backend = name === "verify" ? [] : ["--backend=wasm"]; // it computes nothing
  const plan = await planStart(name, [...backend, ...flags]);
  assert(plan.kind === "run");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...plan.flags, `--preload=${probe}`, ...plan.module],
    env: { NO_COLOR: "1", HF_TOKEN: "secret" },
    stdin: "null",
    stdout: "null",
  }).output();
  assert.equal(code, 0, text(stderr));
  return text(stderr);
}

testWith(
  ["read", "write", "net", "run", "env"],
  "no task writes or reads elsewhere, reaches a host, runs a program or opens a library",
  async () => {
    await openBackend("wasm");
    await using elsewhere = await temporaryFolder();
    await Deno.writeTextFile(join(elsewhere.path, "secret"), "secret");
    const { root, options: { datasetPath, source } } = await makeTinyPipeline();
    let requests = 0;
    const quiet = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    await using server = Deno.serve(quiet, () => new Response(String(++requests)));
    const probe = join(root, "probe.ts");
    const host = `127.0.0.1:${server.addr.port}`;
    const targets = { elsewhere: elsewhere.path, input: datasetPath, host };
    await Deno.writeTextFile(probe, probeSource(targets));
    const before = [await snapshot(elsewhere.path), await snapshot(datasetPath)];

    const data = [`--dataset-path=${datasetPath}`, `--rollout-dir=${join(root, "maps")}`];
    const run = `--run-dir=${join(root, "run")}`;
    const small = ["--batch-size=4", "--holdout=0.4", "--downsampling-factor=4"];
    const stages: [name: string, flags: string[]][] = [
      ["precompute", [...data, `--teacher-model=${source.model}`, "--cache-images", "--views=1"]],
      ["train", [...data, run, ...small, `--student-model=${source.model}`, "--quiet"]],
      ["evaluate", [...data, run, "--with-teacher", "--faithfulness", "--equivariance"]],
      ["visualise", [...data, run, join(datasetPath, "scene-00000.png")]],
      ["report", [run]],
      ["verify", [...data, run]],
      ["glimpses", [...data, run, `--output=${join(root, "glimpses.png")}`]],
      ["export", [run, "--formats=timm,checkpoint,npy", `--rollout-dir=${join(root, "maps")}`]],
      ["compare", [
        ...[...data, `--output-dir=${join(root, "grid")}`, "--holdout=0.4", "--batch-size=4"],
        ...["--strategies=DOWNSIZE", "--factors=4", `--student-models=${source.model}`],
      ]],
    ];
    for (const [name, flags] of stages) {
      const said = await runProbed(name, flags, probe);
      const probed = said.split("\n").filter((line) => line.startsWith("probe:"));
      assert.deepEqual(probed, ["probe: done"], name);
      assert.deepEqual([await snapshot(elsewhere.path), await snapshot(datasetPath)], before, name);
    }
    assert.equal(requests, 0);
    for (const file of ["evaluation.json", "report.html", "visualise.png", "export/README.md"]) {
      assert((await Deno.stat(join(root, "run", file))).size > 0, file);
    }
    await Deno.remove(root, { recursive: true });
  },
);

testWith(["read", "write", "run"], "the probe finds out what it can do", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(join(folder.path, "secret"), "secret");
  const probe = join(folder.path, "probe.ts");
  const host = "127.0.0.1:1";
  const targets = { elsewhere: folder.path, input: join(folder.path, "input"), host };
  await Deno.mkdir(targets.input);
  await Deno.writeTextFile(probe, probeSource(targets));
  const args = ["run", "-A", probe];
  const { stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const done = text(stderr).split("\n");
  const attempts = ["write elsewhere", "read passwords", "link", "listen", "run a program"];
  for (const attempt of attempts) {
    assert(done.includes(`probe: could ${attempt}`), `${attempt}: ${text(stderr)}`);
  }
});

testWith(
  ["read", "write", "run"],
  "a permission that is missing ends a task in one line that says what to do",
  async () => {
    await openBackend("wasm");
    const { root, options: { datasetPath, source } } = await makeTinyPipeline();
    const flags = [`--dataset-path=${datasetPath}`, `--rollout-dir=${join(root, "maps")}`];
    const plan = await planStart("precompute", [
      ...[...flags, "--backend=wasm", `--teacher-model=${source.model}`, "--quiet"],
    ]);
    assert(plan.kind === "run");
    const withoutWrite = plan.flags.filter((flag) => !flag.startsWith("--allow-write"));
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...withoutWrite, ...plan.module],
    }).output();
    assert.equal(code, 1);
    assert.match(
      text(stderr),
      /^error: Cannot go on: the task lacks a permission \(Requires write access to .*maps.*\); .*in an option\n$/,
    );
    await Deno.remove(root, { recursive: true });
  },
);

testWith(
  ["read", "write", "run"],
  "links in a folder of photos are followed, and a folder to write may be a link itself",
  async () => {
    await openBackend("wasm");
    const { root, options: { datasetPath, source } } = await makeTinyPipeline();
    const links = join(root, "links");
    await Deno.mkdir(join(links, "photos"), { recursive: true });
    await Deno.symlink(datasetPath, join(links, "photos", "folder"));
    await Deno.symlink(join(datasetPath, "scene-00000.png"), join(links, "photos", "one.png"));
    await Deno.mkdir(join(root, "disk"));
    await Deno.symlink(join(root, "disk"), join(links, "maps"));
    const flags = [`--dataset-path=${links}/photos`, `--rollout-dir=${links}/maps`, "--json"];
    const command = ["--backend=wasm", `--teacher-model=${source.model}`, ...flags];
    const { code, stdout, stderr } = await taskCommand("precompute", command).output();
    assert.equal(code, 0, text(stderr));
    assert.equal(JSON.parse(text(stdout)).maps, 11);
    assert((await Deno.stat(join(root, "disk", "manifest.json"))).isFile);
    await Deno.remove(root, { recursive: true });
  },
);

testWith(
  ["read", "write", "net", "run", "env"],
  "a task downloads from the hub, from no other host unless told, and once",
  async () => {
    await openBackend("wasm");
    const { root, options: { datasetPath } } = await makeTinyPipeline();
    const hub = startHub({
      "org/tiny": {
        "config.json": await Deno.readTextFile(join(root, "teacher", "config.json")),
        "model.safetensors": await Deno.readFile(join(root, "teacher", "model.safetensors")),
      },
    });
    const contentHost = new URL(hub.contentEndpoint).host;
    const precompute = async (...more: string[]) => {
      const { code, stderr } = await taskCommand("precompute", [
        ...["--backend=wasm", "--teacher-model=hf-hub:org/tiny", `--dataset-path=${datasetPath}`],
        ...[`--rollout-dir=${join(root, "maps")}`, `--weights-dir=${join(root, "weights")}`],
        ...more,
      ], { env: { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: "" } }).output();
      return { code, err: text(stderr) };
    };
    const refused = await precompute();
    assert.equal(refused.code, 1);
    const last = refused.err.trimEnd().split("\n").at(-1)!;
    assert.match(
      last,
      /^error: Cannot download: the way leads to localhost:\d+, which this task/,
    );
    assert(last.includes(`add --hub-hosts=${contentHost}`), last);
    const told = await precompute(`--hub-hosts=${contentHost}`);
    assert.equal(told.code, 0, told.err);
    const { settings } = (await readManifest(join(root, "maps")))!;
    const repository = join(root, "weights", "models--org--tiny");
    assert.equal(
      settings.teacher.commit,
      await Deno.readTextFile(join(repository, "refs", "main")),
    );
    const snapshot = join(repository, "snapshots", settings.teacher.commit!);
    // a task may not make symbolic links, and keeps each file once all the same
    const blob = join(repository, "blobs", settings.teacher.weightsSha256);
    const [placed, kept] = await Promise.all(
      [join(snapshot, "model.safetensors"), blob].map((path) => Deno.lstat(path)),
    );
    assert.deepEqual([placed.isFile, placed.ino, placed.nlink], [true, kept.ino, 2]);
    await hub[Symbol.asyncDispose]();
    const again = await precompute("--overwrite");
    assert.equal(again.code, 0, again.err);
    assert.match(again.err, /does not say where main of org\/tiny is .* downloaded before, commit/);
    await Deno.remove(root, { recursive: true });
  },
);
