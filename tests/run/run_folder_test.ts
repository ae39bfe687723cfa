import assert from "node:assert/strict";
import { basename, join } from "node:path";
import {
  newestRun,
  newestRunIfAny,
  type Phase,
  RunFolder,
  runFolderOf,
} from "../../lib/run/run_folder.ts";
import { testInFolder } from "../support/temporary_folder.ts";

async function putEmptyFiles(folder: string, names: readonly string[]): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const name of names) await Deno.writeTextFile(join(folder, name), "");
}

Deno.test("RunFolder names the files of a run", () => {
  const run = new RunFolder(join("runs", "first"));
  assert.equal(run.configFile, join("runs", "first", "config.json"));
  assert.equal(run.metricsFile, join("runs", "first", "metrics.jsonl"));
  assert.equal(run.lossCurveFile, join("runs", "first", "loss.png"));
  assert.equal(run.stateFile, join("runs", "first", "checkpoints", "state.safetensors"));
  const checkpoint = { model: "deit_tiny_patch16_224", epoch: 3 } as const;
  assert.equal(
    run.checkpointFile({ ...checkpoint, phase: "linear" }),
    join("runs", "first", "checkpoints", "student-deit_tiny_patch16_224-epoch3.safetensors"),
  );
  assert.equal(
    run.checkpointFile({ ...checkpoint, phase: "ft" }),
    join("runs", "first", "checkpoints", "student-deit_tiny_patch16_224-epoch3-ft.safetensors"),
  );
});

Deno.test("runFolderOf() knows the run of a checkpoint by the folder that it lies in", () => {
  assert.equal(runFolderOf(join("runs", "a", "checkpoints", "b.safetensors")), join("runs", "a"));
  assert.equal(runFolderOf(join("checkpoints", "b.safetensors")), ".");
  assert.equal(runFolderOf(join("sample", "students", "b.safetensors")), undefined);
});

testInFolder("RunFolder.newestCheckpoint() counts epochs, and fine-tuning last", async (folder) => {
  const run = new RunFolder(folder);
  const put = async (phase: Phase, epoch: number) => {
    const path = run.checkpointFile({ model: "vit-x", phase, epoch });
    await putEmptyFiles(run.checkpointFolder, [basename(path)]);
    return path;
  };
  for (const [phase, epoch] of [["linear", 2], ["linear", 10], ["ft", 1], ["ft", 12]] as const) {
    assert.equal(await put(phase, epoch), await run.newestCheckpoint());
  }
  await put("linear", 9); // written later, yet neither fine-tuned nor the last epoch
  await put("ft", 2);
  assert.equal(
    await run.newestCheckpoint(),
    run.checkpointFile({ model: "vit-x", phase: "ft", epoch: 12 }),
  );
});

testInFolder(
  "RunFolder.checkpoints() lists students and the state, nothing else",
  async (folder) => {
    const run = new RunFolder(folder);
    assert.deepEqual(await run.checkpoints(), []);
    const names = [
      "state.safetensors",
      "student-x-epoch1-ft.safetensors",
      "student-x-epoch2.safetensors",
    ];
    await putEmptyFiles(run.checkpointFolder, [...names, "notes.txt", "student-x-epoch1.png"]);
    assert.deepEqual(
      await run.checkpoints(),
      names.map((name) => join(run.checkpointFolder, name)),
    );
  },
);

testInFolder("RunFolder.newestCheckpoint() passes over what is no student", async (folder) => {
  const run = new RunFolder(folder);
  const others = [
    "state.safetensors",
    "student-x-epoch9-ft.safetensors.part",
    "student-x-epoch.safetensors",
    "student--epochs3.safetensors",
    "teacher-x-epoch8.safetensors",
  ];
  await putEmptyFiles(run.checkpointFolder, others);
  const message = `Cannot find a student: ${run.checkpointFolder} holds no checkpoint; ` +
    "train one, or name one with --checkpoint";
  await assert.rejects(run.newestCheckpoint(), { message });
  await assert.rejects(new RunFolder(join(folder, "absent")).newestCheckpoint(), /no checkpoint/);
  await putEmptyFiles(run.checkpointFolder, ["student-x-epoch1.safetensors"]);
  assert.equal(
    await run.newestCheckpoint(),
    join(run.checkpointFolder, "student-x-epoch1.safetensors"),
  );
});

testInFolder("newestRun() finds the run that was last worked on", async (root) => {
  for (const [name, seconds] of [["a", 20], ["b", 30], ["c", 10]] as const) {
    const { checkpointFolder } = new RunFolder(join(root, name));
    await putEmptyFiles(checkpointFolder, ["student-x-epoch1.safetensors"]);
    await Deno.utime(checkpointFolder, seconds, seconds);
  }
  await Deno.mkdir(join(root, "z")); // no run: nothing was ever saved there
  await Deno.writeTextFile(join(root, "notes.txt"), "");
  assert.equal((await newestRun(root)).path, join(root, "b"));
});

testInFolder("newestRun() does not guess when the clock went back", async (root) => {
  const hour = 3600;
  const now = Date.now() / 1000;
  for (const [name, seconds] of [["before", now + hour], ["after", now]] as const) {
    const { checkpointFolder } = new RunFolder(join(root, name));
    await putEmptyFiles(checkpointFolder, ["student-x-epoch1.safetensors"]);
    await Deno.utime(checkpointFolder, seconds, seconds);
  }
  await assert.rejects(newestRun(root), ({ message }: Error) => {
    assert.match(message, /before is dated .*did the clock go back\?.*--run-dir/);
    return true;
  });
  await Deno.remove(join(root, "after"), { recursive: true });
  assert.equal((await newestRun(root)).path, join(root, "before"));
});

testInFolder("newestRun() says so when there is none", async (root) => {
  assert.equal(await newestRunIfAny(root), undefined);
  const message = `Cannot find a run: ${root} holds none; train one, or name one with --run-dir`;
  await assert.rejects(newestRun(root), { message });
  const absent = join(root, "absent");
  await assert.rejects(newestRun(absent), /holds none/);
});
