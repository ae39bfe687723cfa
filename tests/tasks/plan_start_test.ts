/**
 * Which permissions command lines ask for.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { testInFolder } from "../support/temporary_folder.ts";
import { testWith } from "../support/permissions.ts";
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
    read: ["~/photos", "~/teacher/config.json", "~/teacher/model.safetensors"],
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
      "~/teacher/config.json",
      "~/teacher/model.safetensors",
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
    read: ["~/maps", "~/photos", "~/run", "~/teacher/config.json", "~/teacher/model.safetensors"],
    write: ["~/run/.visualise.png.tmp", "~/run/visualise.png"],
  });
  const photos = [`${folder}/a.jpg`, `--output=${folder}/a.png`, "--teacher-model=hf-hub:o/m"];
  const weights = `--weights-dir=${folder}/weights`;
  assert.deepEqual(await accessFor(folder, "visualise", [...data, run, weights, ...photos]), {
    read: [
      "~/a.jpg",
      "~/maps",
      "~/photos",
      "~/run",
      "~/weights/o--m/main/config.json",
      "~/weights/o--m/main/model.safetensors",
    ],
    write: ["~/.a.png.tmp", "~/a.png", "~/weights/o--m/main"],
    net: hosts,
  });
});

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
      "~/a/config.json",
      "~/a/model.safetensors",
      "~/b/config.json",
      "~/b/model.safetensors",
      "~/maps",
      "~/photos",
    ],
    write: ["~/out"],
  });
  assert.deepEqual(await accessFor(folder, "demo", [output]), {
    read: ["student-base", "teacher"].flatMap((model) =>
      ["config.json", "model.safetensors"].map((it) => `project/data/sample/${model}/${it}`)
    ),
    write: ["~/out"],
  });
  assert.deepEqual(await accessFor(folder, "sample", [output]), {
    read: [],
    write: ["project/data/runs/sample", "~/out"],
  });
});

testInFolder("planStart() grants the network where a download is due", async (folder) => {
  const flags = [`--weights-dir=${folder}`, "--teacher-model=deit_tiny_patch16_224.fb_in1k"];
  const kept = join(folder, "timm--deit_tiny_patch16_224.fb_in1k", "main");
  const due = await grantsFor("precompute", [...flags, "--hub-hosts=cdn.example.org,other:8080"]);
  assert.deepEqual(due.net, [...hosts, "cdn.example.org", "other:8080"]);
  assert([due.env].flat().includes("HF_TOKEN"));
  assert([due.write].flat().includes(kept));

  await Deno.mkdir(kept, { recursive: true });
  for (const name of ["config.json", "model.safetensors"]) {
    await Deno.writeTextFile(join(kept, name), "");
  }
  const there = await grantsFor("precompute", flags);
  assert.equal(there.net, undefined);
  assert(![there.env].flat().includes("HF_TOKEN"));
  assert(![there.write].flat().includes(kept));
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
