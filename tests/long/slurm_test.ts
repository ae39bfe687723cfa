/**
 * The batch script that ships, on a real Slurm: an array of parts, one of them killed in the middle.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeScenes } from "../../lib/dataset/scene_folder.ts";
import { namesIn } from "../../lib/files/if_present.ts";
import { filesOf } from "../cache/cache_support.ts";
import { runTaskProcess } from "../support/task_process.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { SlurmCluster, slurmObstacle } from "./slurm_cluster.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const parts = 3;
const obstacle = slurmObstacle();

/** The shards of a part that are there. */
async function shardsOf(part: number, rolloutDir: string): Promise<string[]> {
  return (await namesIn(rolloutDir)).filter((name) => {
    const [, shard] = /^rollouts-(\d+)-of-\d+\.safetensors$/.exec(name) ?? [];
    return shard !== undefined && Number(shard) % parts === part;
  });
}

/** The process that makes a part: found by what Slurm told it. */
async function processOf(part: number, rolloutDir: string): Promise<number | undefined> {
  for (const pid of (await namesIn("/proc")).filter((name) => /^\d+$/.test(name))) {
    const [command, environment] = await Promise.all(
      ["cmdline", "environ"].map((file) =>
        Deno.readTextFile(`/proc/${pid}/${file}`).catch(() => "")
      ),
    );
    const isOurs = command.includes("tasks/precompute.ts") && command.includes(rolloutDir);
    if (isOurs && environment.includes(`SLURM_ARRAY_TASK_ID=${part}\0`)) return Number(pid);
  }
}

/** Waits for something, looking often: a shard takes milliseconds. */
async function soon<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const end = performance.now() + 30_000;
  while (performance.now() < end) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("nothing came of it in 30 seconds");
}

/** Kills the process of a part once it has written a shard, and before it has written all. */
async function killInTheMiddle(part: number, rolloutDir: string): Promise<void> {
  const pid = await soon(() => processOf(part, rolloutDir));
  await soon(async () => (await shardsOf(part, rolloutDir)).length > 0 || undefined);
  Deno.kill(pid, "SIGKILL");
}

/** What each file is on the disk: another number when it is written again. */
async function inodesOf(names: readonly string[], folder: string): Promise<(number | null)[]> {
  return await Promise.all(names.map(async (name) => (await Deno.stat(join(folder, name))).ino));
}

Deno.test({
  name: "the Slurm script makes the cache of one process, though a task was killed" +
    (obstacle ? ` — skipped: ${obstacle}` : ""),
  ignore: obstacle !== undefined,
  fn: async () => {
    await using folder = await temporaryFolder();
    const at = (name: string) => join(folder.path, name);
    await writeScenes(at("images"), { count: 240, seed: 1 });
    await Deno.mkdir(at("slurm"));
    const flags = [
      `--dataset-path=${at("images")}`,
      `--teacher-model=local-dir:${join(root, "data", "sample", "teacher")}`,
      ...["--backend=wasm", "--blas=none", "--model-workers=1", "--batch-size=4", "--shard-size=4"],
    ];
    const whole = await runTaskProcess("precompute", [...flags, `--rollout-dir=${at("whole")}`]);
    assert.equal(whole.code, 0, whole.err);

    await using cluster = await SlurmCluster.start(at("slurm"));
    const rolloutDir = at("rollouts");
    const small = ["--cpus-per-task=1", "--mem=0", `--output=${at("log")}-%A_%a`];
    const submit = (args: string[]) => cluster.submit(args, { cwd: root });
    const script = [join(root, "tasks", "cluster", "slurm.sbatch"), ...flags];
    const job = await submit([
      ...[...small, `--array=0-${parts - 1}`, ...script, `--rollout-dir=${rolloutDir}`],
    ]);
    await killInTheMiddle(1, rolloutDir);
    assert.deepEqual(await cluster.statesOf(job), ["COMPLETED", "FAILED", "COMPLETED"]);
    const [done, others] = await Promise.all([1, 2].map((part) => shardsOf(part, rolloutDir)));
    assert(done.length > 0 && done.length < others.length, `${done.length} of ${others.length}`);
    const kept = [...done, ...others];
    const before = await inodesOf(kept, rolloutDir);

    const again = await submit([
      ...[...small, "--array=1", `--export=ALL,PARTS=${parts}`, ...script],
      `--rollout-dir=${rolloutDir}`,
    ]);
    const merge = await submit([
      ...[...small.slice(0, -1), `--output=${at("log")}-merge`, `--dependency=afterok:${again}`],
      `--wrap=deno task precompute --merge --rollout-dir=${rolloutDir}`,
    ]);
    assert.deepEqual(await cluster.statesOf(again), ["COMPLETED"]);
    const log = await Deno.readTextFile(`${at("log")}-${again}_1`);
    assert.match(log, /^part 2 of 3 \(--shard-index=1\), from SLURM_ARRAY_TASK_ID$/m);
    assert.deepEqual(await inodesOf(kept, rolloutDir), before, "what was done is not done again");
    assert.deepEqual(await cluster.statesOf(merge), ["COMPLETED"]);
    assert.deepEqual(await filesOf(rolloutDir), await filesOf(at("whole")));
  },
});
