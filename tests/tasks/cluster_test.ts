/**
 * The Kubernetes manifests that ship: what their pods do, run here one after another.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { lockCache } from "../../lib/cache/cache_lock.ts";
import { filesOf } from "../cache/cache_support.ts";
import { testWith } from "../support/permissions.ts";
import { runTaskProcess } from "../support/task_process.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Container {
  readonly image: string;
  readonly command: string[];
  readonly args: string[];
  readonly env?: { name: string; value: string }[];
  readonly volumeMounts: { name: string; mountPath: string }[];
}

interface Job {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { name: string };
  readonly spec: {
    readonly completionMode?: string;
    readonly completions?: number;
    readonly parallelism?: number;
    readonly backoffLimitPerIndex?: number;
    readonly backoffLimit?: number;
    readonly template: {
      readonly spec: {
        readonly restartPolicy: string;
        readonly terminationGracePeriodSeconds?: number;
        readonly containers: Container[];
        readonly volumes: { name: string; persistentVolumeClaim: { claimName: string } }[];
      };
    };
  };
}

function readJob(name: string): Job {
  return parse(Deno.readTextFileSync(join(root, "tasks", "cluster", name)), { strict: true });
}

const podOf = (job: Job) => job.spec.template.spec;

testWith(["read"], "the Kubernetes manifests are Jobs whose numbers and volumes agree", () => {
  const [parts, merge] = [readJob("kubernetes.yaml"), readJob("kubernetes-merge.yaml")];
  for (const job of [parts, merge]) {
    assert.deepEqual([job.apiVersion, job.kind], ["batch/v1", "Job"]);
    const { restartPolicy, containers, volumes } = podOf(job);
    assert.equal(restartPolicy, "Never");
    assert.deepEqual(containers[0].command, ["deno", "task", "precompute"]);
    assert.deepEqual(
      containers[0].volumeMounts.map(({ name }) => name),
      volumes.map(({ name }) => name),
    );
  }
  assert.equal(podOf(parts).containers[0].image, podOf(merge).containers[0].image);
  assert.deepEqual(podOf(parts).volumes, podOf(merge).volumes);
  const { completionMode, completions, parallelism, backoffLimitPerIndex } = parts.spec;
  assert.equal(completionMode, "Indexed");
  assert(parallelism! <= completions!);
  assert.equal(backoffLimitPerIndex, 3);
  const env = [{ name: "JOB_COMPLETIONS", value: String(completions) }];
  assert.deepEqual(podOf(parts).containers[0].env, env);
  assert(podOf(merge).containers[0].args.includes(`--shard-count=${completions}`));
});

/** What a container says to precompute, with its volume in a folder here and on this machine's backend. */
function flagsOf(job: Job, volume: string): string[] {
  const { args, volumeMounts: [{ mountPath }] } = podOf(job).containers[0];
  return args.filter((flag) => !flag.startsWith("--backend"))
    .map((flag) => flag.replace(`=${mountPath}/`, `=${volume}/`));
}

testWith(
  ["read", "write", "run", "env"],
  "pods of the Kubernetes manifests make the cache that one process makes",
  async () => {
    await using volume = await temporaryFolder();
    await Deno.mkdir(join(volume.path, "images"));
    for (let photo = 0; photo < 20; photo++) {
      const name = `scene-${String(photo).padStart(5, "0")}.png`;
      const sample = join(root, "data", "sample", "images", name);
      await Deno.copyFile(sample, join(volume.path, "images", name));
    }
    const teacher = [
      `--teacher-model=local-dir:${join(root, "data", "sample", "teacher")}`,
      "--shard-size=3",
      "--model-workers=1",
    ];
    const [parts, merge] = [readJob("kubernetes.yaml"), readJob("kubernetes-merge.yaml")];
    const flags = flagsOf(parts, volume.path);
    const pod = async (index: number) => {
      const env = { JOB_COMPLETION_INDEX: String(index), JOB_COMPLETIONS: "8" };
      const { code, out, err } = await runTaskProcess("precompute", [...flags, ...teacher], {
        env,
      });
      assert.equal(code, 0, err);
      assert.match(err, new RegExp(`^part ${index + 1} of 8 .*from JOB_COMPLETION_INDEX$`, "m"));
      return out;
    };
    for (const index of [6, 2, 7, 0, 5, 1, 3]) await pod(index);
    const early = await runTaskProcess("precompute", flagsOf(merge, volume.path));
    assert.equal(early.code, 1);
    assert.match(
      early.err,
      /^error: Cannot merge: 1 file is missing .*00004-of-00007.*run again --shard-index 4 of/,
    );
    assert.match(await pod(4), /part 5 of 8 .*: done, 1 of 7 shards .*every file is there/);
    const merged = await runTaskProcess("precompute", flagsOf(merge, volume.path));
    assert.equal(merged.code, 0, merged.err);

    const whole = join(volume.path, "whole");
    const alone = await runTaskProcess("precompute", [
      ...flags.filter((flag) => !flag.startsWith("--rollout-dir")),
      ...[...teacher, `--rollout-dir=${whole}`],
    ]);
    assert.equal(alone.code, 0, alone.err);
    assert.deepEqual(await filesOf(join(volume.path, "rollouts")), await filesOf(whole));
  },
);

testWith(
  ["read", "write", "run", "env"],
  "precompute leaves a cache alone at which another process is at work",
  async () => {
    await using folder = await temporaryFolder();
    const sample = (name: string) => join(root, "data", "sample", name);
    const flags = [
      `--dataset-path=${sample("images")}`,
      `--teacher-model=local-dir:${sample("teacher")}`,
      ...[`--rollout-dir=${folder.path}`, "--overwrite", "--quiet"],
    ];
    await Deno.copyFile(
      join(sample("rollouts"), "manifest.json"),
      join(folder.path, "manifest.json"),
    );
    await using _lock = await lockCache(folder.path);
    const before = await filesOf(folder.path);
    const { code, out, err } = await runTaskProcess("precompute", flags);
    assert.equal(code, 1);
    assert.equal(
      out + err,
      `error: Cannot write to the cache in ${folder.path}: another process is at work on it or on parts ` +
        "of it; wait until it ends, or name another --rollout-dir\n",
    );
    assert.deepEqual(await filesOf(folder.path), before);
  },
);

testWith(
  ["read", "run", "env"],
  "precompute refuses parts that cannot be, before it starts a backend",
  async () => {
    const refused: [flags: string[], env: Record<string, string>, message: RegExp][] = [
      [
        ["--shard-index=2", "--shard-count=2"],
        {},
        /--shard-index is part 2, expected a number below/,
      ],
      [["--shard-index=-1", "--shard-count=2"], {}, /--shard-index is -1, expected a whole number/],
      [["--shard-count=0"], {}, /--shard-count is 0, expected a whole number of at least 1/],
      [["--merge", "--shard-index=1"], {}, /--shard-index does not go with --merge/],
      [[], { JOB_COMPLETION_INDEX: "1" }, /of how many parts nobody says/],
    ];
    for (const [flags, env, message] of refused) {
      const { code, err } = await runTaskProcess("precompute", flags, { env });
      assert.equal(code, 2, err);
      assert.match(err, message);
      assert.equal(err.trim().split("\n").length, 1, err);
    }
  },
);
