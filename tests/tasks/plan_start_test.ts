/**
 * Which permissions command lines ask for.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { hubVariables } from "../../lib/weights/hub/hub_settings.ts";
import { withEnvironment } from "../support/environment.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { testWith } from "../support/permissions.ts";
import { writeSafetensors } from "../../lib/weights/safetensors.ts";
import { planStart } from "../../tasks/launch/plan_start.ts";
import { flagsOf, type Grants, projectFolder } from "../../tasks/launch/grants.ts";
import denoJson from "../../deno.json" with { type: "json" };

const hosts = ["*.huggingface.co:443", "*.hf.co:443", "huggingface.co:443"];

async function grantsFor(name: string, flags: readonly string[]): Promise<Grants> {
  const plan = await planStart(name, flags);
  assert(plan.kind === "run");
  return plan.grants;
}

/** What goes beyond the task's set in `deno.json` and the program's own files, with `~` for the folder. */
async function accessFor(folder: string, name: string, flags: readonly string[]) {
  const library = name === "verify" ? [] : ["--blas=none"]; // it multiplies nothing
  const { read, write, net } = await grantsFor(name, [...flags, ...library]);
  const shorten = (paths: Grants[string]) =>
    [paths].flat().map((path) =>
      String(path).replace(folder, "~").replace(projectFolder, "project/")
    );
  const written = write === undefined ? [] : shorten(write);
  const isProgram = (path: string) => path === "project/lib" || /[/\\]npm[/\\]/.test(path);
  const read_ = shorten(read).filter((path) => !isProgram(path) && !written.includes(path));
  return { read: read_.sort(), write: written.sort(), ...(net && { net }) };
}

/** A run with a student, and a cache of a teacher, of which nothing but the names is real. */
async function makeFolder(folder: string): Promise<string[]> {
  await Deno.mkdir(join(folder, "run", "checkpoints"), { recursive: true });
  const student = join(folder, "run", "checkpoints", "student-vit-epoch1.safetensors");
  await Deno.writeTextFile(student, "");
  await Deno.mkdir(join(folder, "maps"));
  const teacher = { name: `local-dir:${folder}/teacher`, args: {} };
  const manifest = { complete: true, settings: { teacher } };
  await Deno.writeTextFile(join(folder, "maps", "manifest.json"), JSON.stringify(manifest));
  return [`--dataset-path=${folder}/photos`, `--rollout-dir=${folder}/maps`];
}

testInFolder("planStart() lets precompute write its cache alone", async (folder) => {
  const data = await makeFolder(folder);
  const teacher = `--teacher-model=local-dir:${folder}/teacher`;
  const access = await accessFor(folder, "precompute", [...data, teacher]);
  assert.deepEqual(access, {
    read: ["~/photos", "~/teacher"],
    write: ["~/maps"],
  });
  assert.deepEqual(await accessFor(folder, "precompute", [...data, "--merge"]), {
    read: [],
    write: ["~/maps"],
  });
});

testInFolder("planStart() lets train read data and cache, and write its run", async (folder) => {
  const data = await makeFolder(folder);
  const flags = [...data, `--student-model=${folder}/deit_tiny_patch16_224.safetensors`];
  assert.deepEqual(await accessFor(folder, "train", [...flags, `--run-dir=${folder}/run`]), {
    read: [
      "~/config.json",
      "~/deit_tiny_patch16_224.safetensors",
      "~/maps",
      "~/photos",
    ],
    write: ["~/run"],
  });
  const scratch = ["--from-scratch", "--student-model=vit_tiny_patch16_224", "--name=mine"];
  assert.deepEqual(await accessFor(folder, "train", [...data, ...scratch]), {
    read: ["~/maps", "~/photos"],
    write: ["project/data/runs/mine"],
  });
  const file = ["--from-scratch", `--student-model=${folder}/a.safetensors`, "--name=mine"];
  assert.deepEqual(await accessFor(folder, "train", [...data, ...file]), {
    read: ["~/a.safetensors", "~/config.json", "~/maps", "~/photos"],
    write: ["project/data/runs/mine"],
  });
});

testInFolder("planStart() lets evaluate write its two files alone", async (folder) => {
  const data = await makeFolder(folder);
  const student = `--checkpoint=${folder}/run/checkpoints/student-vit-epoch1.safetensors`;
  const access = await accessFor(folder, "evaluate", [...data, student, "--with-teacher"]);
  assert.deepEqual(access, {
    read: [
      "~/maps",
      "~/photos",
      "~/run/checkpoints/student-vit-epoch1.safetensors",
      "~/teacher",
    ],
    write: [
      "~/run/.evaluation.json.tmp",
      "~/run/.evaluation.jsonl.tmp",
      "~/run/evaluation.json",
      "~/run/evaluation.jsonl",
    ],
  });
  const elsewhere = await accessFor(folder, "evaluate", [
    ...data,
    `--run-dir=${folder}/run`,
    `--output-dir=${folder}/new/scores`,
  ]);
  assert.deepEqual(elsewhere, { read: ["~/maps", "~/photos", "~/run"], write: ["~/new"] });
});

testInFolder("planStart() lets visualise write its picture alone", async (folder) => {
  const data = await makeFolder(folder);
  const run = `--run-dir=${folder}/run`;
  assert.deepEqual(await accessFor(folder, "visualise", [...data, run]), {
    read: ["~/maps", "~/photos", "~/run", "~/teacher"],
    write: ["~/run/.visualise.png.tmp", "~/run/visualise.png"],
  });
  const photos = [`${folder}/a.jpg`, `--output=${folder}/a.png`, "--teacher-model=hf-hub:o/m"];
  const weights = `--weights-dir=${folder}/weights`;
  const drawn = [...data, run, weights, ...photos];
  await withHub(folder, {}, async () => {
    assert.deepEqual(await accessFor(folder, "visualise", drawn), {
      read: [
        "~/a.jpg",
        "~/maps",
        "~/photos",
        "~/run",
        "~/token",
      ],
      write: [
        "~/.a.png.tmp",
        "~/a.png",
        "~/weights/.locks/models--o--m",
        "~/weights/models--o--m",
      ],
      net: hosts,
    });
  });
});

testInFolder(
  "planStart() lets web read a student and its page, and listen at one address",
  async (folder) => {
    await makeFolder(folder);
    const student = `${folder}/run/checkpoints/student-vit-epoch1.safetensors`;
    const flags = [`--run-dir=${folder}/run`, "--port=8123"];
    const { read, write, net, ffi } = await grantsFor("web", flags);
    assert.deepEqual([write, net, ffi], [undefined, ["127.0.0.1:8123"], undefined]);
    assert(Array.isArray(read) && read.includes(student));
    const inProject = read.filter((path) => path.startsWith(projectFolder));
    assert.deepEqual(
      inProject.map((path) => path.slice(projectFolder.length)),
      ["lib", "tasks/browser", "data/web", "data/sample/images"],
    );
  },
);

testInFolder("planStart() lets glimpses and report write one file", async (folder) => {
  const data = await makeFolder(folder);
  const run = `--run-dir=${folder}/run`;
  assert.deepEqual(await accessFor(folder, "glimpses", [...data, run, `${folder}/a.jpg`]), {
    read: ["~/a.jpg", "~/maps", "~/photos", "~/run"],
    write: ["~/run/.glimpses.png.tmp", "~/run/glimpses.png"],
  });
  const report = await accessFor(folder, "report", [...data, run]);
  assert.deepEqual(report, {
    read: ["~/maps", "~/photos", "~/run"],
    write: ["~/run/.report.html.tmp", "~/run/report.html"],
  });
});

testInFolder(
  "planStart() lets export read a student and write its folder alone",
  async (folder) => {
    const data = await makeFolder(folder);
    const cache = data[1];
    const run = `--run-dir=${folder}/run`;
    assert.deepEqual(await accessFor(folder, "export", [cache, run]), {
      read: ["~/run", "~/run/evaluation.json"],
      write: ["~/run/export"],
    });
    const elsewhere = [`--output-dir=${folder}/out`, `--evaluation-dir=${folder}/scores`];
    const both = [cache, run, "--formats=timm,npy", ...elsewhere];
    assert.deepEqual(await accessFor(folder, "export", both), {
      read: ["~/maps", "~/run", "~/scores/evaluation.json"],
      write: ["~/out"],
    });
    assert.deepEqual(await accessFor(folder, "export", [cache, "--formats=npy"]), {
      read: ["~/maps"],
      write: ["~/maps/export"],
    });
  },
);

testInFolder(
  "planStart() lets a student's base be described, and nothing downloaded",
  async (folder) => {
    const data = await makeFolder(folder);
    const weights = join(folder, "student.pt");
    await Deno.writeTextFile(weights, "");
    const flags = [`--checkpoint=${weights}`, `--output-dir=${folder}/out`, data[1]];
    const local = `--student-model=local-dir:${folder}/base`;
    assert.deepEqual(await accessFor(folder, "export", [...flags, local]), {
      read: ["~/base", "~/evaluation.json", "~/maps", "~/student.pt"],
      write: ["~/out"],
    });
    const named = [...flags, "--student-model=deit_tiny_patch16_224"];
    const { read, net } = await accessFor(folder, "export", named);
    assert.deepEqual([read, net], [["~/evaluation.json", "~/maps", "~/student.pt"], undefined]);
    for (const task of ["evaluate", "visualise", "glimpses", "report"]) {
      const { read } = await accessFor(folder, task, [...data, flags[0], local]);
      assert(read.includes("~/base"), task);
    }
  },
);

testInFolder("planStart() refuses flags about a student that speaks for itself", async (folder) => {
  const data = await makeFolder(folder);
  const path = join(folder, "student.safetensors");
  await writeSafetensors(path, [], {
    metadata: { sha256: "0".repeat(64), model: "", student: "" },
  });
  const flags = [...data, `--checkpoint=${path}`];
  const config = join(folder, "options.json");
  await Deno.writeTextFile(config, '{"strategy":"MAE","studentModel":"vit_tiny_patch16_224"}');
  for (const task of ["evaluate", "visualise", "glimpses", "report", "export"]) {
    const given = task === "export" ? [flags[1], flags[2]] : flags;
    await assert.rejects(grantsFor(task, [...given, "--strategy=DOWNSIZE"]), {
      name: "UsageError",
      message: `--strategy cannot be given: ${path} says itself what student it is, ` +
        "expected no such flag",
    });
    await grantsFor(task, [...given, `--config=${config}`]);
  }
});

testInFolder("planStart() lets verify read what it checks, and write nothing", async (folder) => {
  const data = await makeFolder(folder);
  const flags = [...data, `--run-dir=${folder}/run`, `${folder}/a.safetensors`];
  assert.deepEqual(await accessFor(folder, "verify", flags), {
    read: ["~/a.safetensors", "~/maps", "~/photos", "~/run"],
    write: [],
  });
  const { ffi, run } = await grantsFor("verify", flags);
  assert.deepEqual([ffi, run], [undefined, undefined]);
});

testInFolder("planStart() lets compare, demo and sample fill their folder", async (folder) => {
  const data = await makeFolder(folder);
  const output = `--output-dir=${folder}/out`;
  const students = `--student-models=local-dir:${folder}/a,local-dir:${folder}/b`;
  assert.deepEqual(await accessFor(folder, "compare", [...data, output, students]), {
    read: [
      "~/a",
      "~/b",
      "~/maps",
      "~/photos",
    ],
    write: ["~/out"],
  });
  assert.deepEqual(await accessFor(folder, "demo", [output]), {
    read: ["project/data/sample/student-base", "project/data/sample/teacher"],
    write: ["~/out"],
  });
  assert.deepEqual(await accessFor(folder, "sample", [output]), {
    read: [],
    write: ["project/data/runs/sample", "~/out"],
  });
});

/** Runs with an environment that names a token, a cache folder and a hub. */
async function withHub(
  folder: string,
  variables: Record<string, string>,
  body: () => Promise<void>,
): Promise<void> {
  const none = hubVariables.map((name) => [name, undefined]);
  const token = { HF_TOKEN_PATH: `${folder}/token` };
  await withEnvironment({ ...Object.fromEntries(none), ...token, ...variables }, body);
}

/** Lays out a commit of the tiny model as Python's library does. */
async function layOut(cacheDir: string, files: Record<string, string>): Promise<void> {
  const snapshot = join(cacheDir, "models--o--m", "snapshots", commit);
  await Deno.mkdir(snapshot, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await Deno.writeTextFile(join(snapshot, name), content);
  }
}

const commit = "c0ffee".padEnd(40, "0");

testInFolder("planStart() grants the network where a download is due", async (folder) => {
  await withHub(folder, {}, async () => {
    const flags = (model: string) => [`--weights-dir=${folder}`, `--teacher-model=${model}`];
    const pinned = flags(`hf-hub:o/m@${commit}`);
    const due = await grantsFor("precompute", [
      ...pinned,
      "--hub-hosts=cdn.example.org,other:8080",
    ]);
    assert.deepEqual(due.net, [...hosts, "cdn.example.org", "other:8080"]);
    assert([due.env].flat().includes("HF_TOKEN"));
    const filled = [`${folder}/models--o--m`, `${folder}/.locks/models--o--m`];
    assert.deepEqual([due.write].flat().filter((it) => filled.includes(String(it))), filled);

    await layOut(folder, {
      "config.json": '{"architecture":"deit_tiny_patch16_224"}',
      "model.safetensors.index.json": '{"weight_map":{"a":"model-1.safetensors"}}',
    });
    assert((await grantsFor("precompute", pinned)).net, "a file of the index is missing");
    await layOut(folder, { "model-1.safetensors": "" });
    const there = await grantsFor("precompute", pinned);
    assert.equal(there.net, undefined);
    assert(![there.env].flat().includes("HF_TOKEN"));
    assert(![there.read].flat().includes(`${folder}/token`));
    assert(![there.write].flat().some((it) => filled.includes(String(it))));
    assert([there.read].flat().includes(filled[0]));
    assert((await grantsFor("precompute", flags("hf-hub:o/m"))).net, "main may have moved");
  });
});

testInFolder("planStart() lets a download mend a link whose blob was deleted", async (folder) => {
  await withHub(folder, {}, async () => {
    await layOut(folder, {});
    const link = join(folder, "models--o--m", "snapshots", commit, "model.safetensors");
    await Deno.symlink(join("..", "..", "blobs", "gone"), link);
    const flags = [`--weights-dir=${folder}`, `--teacher-model=hf-hub:o/m@${commit}`];
    assert((await grantsFor("precompute", flags)).net);
  });
});

testInFolder("planStart() needs no HOME where --weights-dir is named", async (folder) => {
  const none = Object.fromEntries([...hubVariables, "HF_TOKEN_PATH"].map((it) => [it, undefined]));
  await withEnvironment(none, async () => {
    const flags = [`--weights-dir=${folder}`, "--teacher-model=hf-hub:o/m"];
    const { net, write } = await grantsFor("precompute", flags);
    assert(net && [write].flat().includes(`${folder}/models--o--m`));
    await assert.rejects(
      grantsFor("precompute", flags.slice(1)),
      /name a folder with --weights-dir/,
    );
  });
});

testInFolder("planStart() asks no hub for a cache's teacher that is there", async (folder) => {
  const data = await makeFolder(folder);
  const settings = { teacher: { name: "hf-hub:o/m", args: {}, commit } };
  const manifest = JSON.stringify({ complete: true, settings });
  await Deno.writeTextFile(join(folder, "maps", "manifest.json"), manifest);
  const flags = [...data, `--run-dir=${folder}/run`, `--weights-dir=${folder}`, "--with-teacher"];
  await withHub(folder, {}, async () => {
    assert((await grantsFor("evaluate", flags)).net);
    const config = '{"architecture":"deit_tiny_patch16_224"}';
    await layOut(folder, { "config.json": config, "model.safetensors": "" });
    assert.equal((await grantsFor("evaluate", flags)).net, undefined);
  });
});

testInFolder("planStart() leaves a damaged commit of a cache to the task", async (folder) => {
  const data = await makeFolder(folder);
  const flags = [...data, `--run-dir=${folder}/run`, "--with-teacher"];
  for (const damaged of ["", "x@y", commit.slice(1)]) {
    const settings = { teacher: { name: "hf-hub:o/m", args: {}, commit: damaged } };
    const manifest = JSON.stringify({ complete: true, settings });
    await Deno.writeTextFile(join(folder, "maps", "manifest.json"), manifest);
    assert.equal((await grantsFor("evaluate", flags)).net, undefined, damaged);
  }
});

testInFolder("planStart() stays off the hub where the environment says so", async (folder) => {
  for (const name of ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]) {
    await withHub(folder, { [name]: "1", HF_HOME: `${folder}/home` }, async () => {
      const { net, env, read, write } = await grantsFor("precompute", [
        `--rollout-dir=${folder}/maps`,
        "--teacher-model=hf-hub:o/m",
      ]);
      assert.equal(net, undefined);
      assert([env].flat().includes("HF_HOME") && ![env].flat().includes("HF_TOKEN"));
      assert([read].flat().includes(`${folder}/home/hub/models--o--m`));
      assert.deepEqual(write, [`${folder}/maps`]);
    });
  }
});

Deno.test("the launcher may read every variable that it plans downloads by", () => {
  for (const { command } of Object.values(denoJson.tasks)) {
    if (!command.includes(" tasks/start.ts ")) continue;
    const readable = /--allow-env=([\w,]+) /.exec(command)![1].split(",");
    for (const name of [...hubVariables, "HF_TOKEN_PATH"]) {
      assert(readable.includes(name), `${name}: ${command}`);
    }
    assert(!readable.includes("HF_TOKEN"), "the token is for who downloads");
  }
});

testInFolder("planStart() takes the hub's variables from who needs no hub", async (folder) => {
  const data = await makeFolder(folder);
  const local = [...data, `--teacher-model=local-dir:${folder}/teacher`];
  const { env } = await grantsFor("precompute", local);
  assert(![env].flat().some((name) => /^HF_|HOME/.test(String(name))), `${env}`);
});

testInFolder("planStart() grants one library, and none for the GPU", async (folder) => {
  const data = [...await makeFolder(folder), `--teacher-model=local-dir:${folder}`];
  const library = join(folder, "libmine.so");
  await Deno.writeTextFile(library, "");
  const named = await grantsFor("precompute", [...data, `--blas=${library}`]);
  assert.deepEqual(named.ffi, [library]);
  for (const flag of ["--blas=none", "--backend=webgpu"]) {
    assert.equal((await grantsFor("precompute", [...data, flag])).ffi, undefined, flag);
  }
});

testInFolder("planStart() takes the options of --config, and lets it be read", async (folder) => {
  await makeFolder(folder);
  const config = join(folder, "config.json");
  const options = {
    datasetPath: `${folder}/photos`,
    rolloutDir: `${folder}/maps`,
    teacherModel: `local-dir:${folder}/teacher`,
  };
  await Deno.writeTextFile(config, JSON.stringify(options));
  const access = await accessFor(folder, "precompute", [`--config=${config}`]);
  assert.deepEqual(access.write, ["~/maps"]);
  assert(access.read.includes("~/config.json"));
});

testInFolder("planStart() refuses an output folder with a link that leads out", async (folder) => {
  const data = await makeFolder(folder);
  const flags = [...data, `--teacher-model=local-dir:${folder}/teacher`];
  await Deno.symlink(join(folder, "maps", "manifest.json"), join(folder, "maps", "inner"));
  await grantsFor("precompute", flags);
  const link = join(folder, "maps", "part");
  for (const target of [join(folder, "run"), "/nowhere"]) {
    await Deno.symlink(target, link);
    await assert.rejects(grantsFor("precompute", flags), (error: Error) => {
      assert.equal(error.name, "UsageError");
      assert(error.message.startsWith(`Cannot write ${join(folder, "maps")}: `), error.message);
      assert.match(error.message, /part is a link to .*, expected links within the folder alone/);
      return true;
    });
    await Deno.remove(link);
  }
  const alias = join(folder, "alias");
  await Deno.symlink(join(folder, "maps"), alias);
  await grantsFor("precompute", [...flags, `--rollout-dir=${alias}`]);
});

testInFolder("planStart() refuses a link to what is not there yet, and outside", async (folder) => {
  const data = await makeFolder(folder);
  const flags = [...data, `--teacher-model=local-dir:${folder}/teacher`];
  const deep = join(folder, "maps", "a", "deep");
  await Deno.mkdir(deep, { recursive: true });
  await Deno.mkdir(join(folder, "maps", "top"));
  await Deno.symlink(join("..", "..", "top"), join(deep, "..."));
  const link = join(deep, "link");
  // the last one seems to lead to maps/a/out
  for (const target of ["../../../out", join(folder, "out"), ".../../../out"]) {
    await Deno.symlink(target, link);
    await assert.rejects(grantsFor("precompute", flags), { name: "UsageError" }, target);
    await Deno.remove(link);
  }
  await Deno.symlink("../../out", link);
  await grantsFor("precompute", flags);
});

testWith(
  ["read"],
  "every task that works on files of users is started by the launcher",
  async () => {
    const byHand = ["completions", "schema", "kernels", "test", "test:long", "ok"];
    for (const [name, { command }] of Object.entries(denoJson.tasks)) {
      if (byHand.includes(name)) continue;
      assert(command.endsWith(` tasks/start.ts ${name}`), command);
      assert(!/ (-A|--allow-all|--allow-write|--allow-net|--allow-ffi)\b/.test(command), command);
      assert.equal((await planStart(name, ["--help"])).kind, "help");
    }
  },
);

testInFolder("planStart() lets no comma in a name become a second path", async (folder) => {
  const data = await makeFolder(folder);
  const flags = [...data, `--run-dir=${folder}/run`];
  const access = await accessFor(folder, "glimpses", [...flags, `${folder}/holiday/a,b.jpg`]);
  assert(access.read.includes("~/holiday"));
  for (const flag of [`--output=${folder}/a,/b.png`, `--dataset-path=${folder}/a,/etc`]) {
    await assert.rejects(grantsFor("glimpses", [...flags, flag]), /has a comma in it/, flag);
  }
});

Deno.test("flagsOf() writes what deno run reads", () => {
  const grants = { read: ["/a", "/b c"], env: ["ONE", "TWO"], run: true };
  assert.deepEqual(flagsOf(grants), [
    "--no-prompt",
    "--allow-read=/a,/b c",
    "--allow-env=ONE,TWO",
    "--allow-run",
  ]);
});
