/**
 * `deno task evaluate` as a user runs it.
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { photoPathsSha256 } from "../../lib/cache/photos.ts";
import { splitImages } from "../../lib/dataset/split.ts";
import { parseJson } from "../../lib/files/json.ts";
import { namesIn } from "../../lib/files/if_present.ts";
import {
  type EvaluationFile,
  readEvaluation,
  readImageScores,
} from "../../lib/run/evaluation_file.ts";
import { evaluationSchema } from "../../lib/run/evaluation_schema.ts";
import { testWith } from "../support/permissions.ts";
import { taskCommand } from "../support/task_process.ts";
import { makeIndifferent, photos, workplace } from "./evaluation_support.ts";

const testTask = (name: string, body: () => Promise<void>) =>
  testWith(["read", "write", "run", "env"], name, body);

const paths = photos.map(([path]) => path);
const dataset = { pathsSha256: photoPathsSha256(paths.toSorted()) };

interface TaskRun {
  readonly flags?: string[];
  readonly trainedOn?: object;
  /** What becomes of the student's file before the task runs; its own path by default. */
  readonly move?: (checkpointPath: string) => Promise<string>;
  /** The code that the task ends with; 0 by default. */
  readonly exit?: number;
  /** Looks at the folder that the task leaves. */
  readonly look?: (folder: string) => Promise<void>;
}

/** Runs the task on a student that says 0.5 everywhere and was trained on `trainedOn`, a half held out. */
async function run({ flags = [], trainedOn = dataset, move, look, exit = 0 }: TaskRun = {}) {
  await openBackend("cpu");
  const metadata = { training: JSON.stringify({ holdout: 0.5, dataset: trainedOn }) };
  await using place = await workplace({ change: makeIndifferent, metadata });
  const { datasetPath, rolloutDir } = place.options;
  const checkpointPath = await move?.(place.options.checkpointPath) ?? place.options.checkpointPath;
  const given = [`--dataset-path=${datasetPath}`, `--rollout-dir=${rolloutDir}`, ...flags];
  const { code, stdout, stderr } = await taskCommand(
    "evaluate",
    ["--backend=wasm", `--checkpoint=${checkpointPath}`, ...given],
    { cwd: dirname(place.options.checkpointPath) },
  ).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, exit, err);
  await look?.(dirname(place.options.checkpointPath));
  return { out, err, checkpointPath };
}

const heldOutAt = (share: number) => splitImages(paths, share).heldOut.length;

testTask(
  "evaluate prints tables of the photos that training held out, and verdicts",
  async () => {
    const { out, err, checkpointPath } = await run({
      look: async (folder) => assert(!(await namesIn(folder)).includes("evaluation.json")),
    });
    const lines = out.trimEnd().split("\n");
    assert.equal(lines[0], `${checkpointPath}: 8×12 pixels of 32×48 to a map of 2×3`);
    assert(lines[1].startsWith(`${heldOutAt(0.5)} of 7 photos held out (a share of 0.5); `));
    const number = "-?\\d+\\.\\d+±\\d+\\.\\d+";
    assert.match(
      lines[4],
      /^student +0\.000±0\.000 +0\.167±0\.000 +1\.792±0\.000 +0\.000±0\.000 /,
    );
    for (const [row, title] of [[5, "uniform"], [7, "mean training map"]] as const) {
      assert.match(lines[row], new RegExp(`^${title}( +${number}){5}$`));
    }
    assert.match(lines.at(-1)!, /^In KL the student .*not to be told from “uniform”.*\.$/);
    assert.match(err, /^backend wasm \(SIMD, .+\): as asked\n/);
    assert(err.includes(`evaluate: ${heldOutAt(0.5)}/${heldOutAt(0.5)}`), err);
    assert(!err.includes("warning"), err);
  },
);

testTask("evaluate leaves scores in the folder of the checkpoint's run", async () => {
  let read: EvaluationFile | undefined;
  const { out } = await run({
    flags: ["--json"],
    move: async (path) => {
      const moved = join(dirname(path), "run", "checkpoints", "student-a-epoch1.safetensors");
      await Deno.mkdir(dirname(moved), { recursive: true });
      await Deno.rename(path, moved);
      return moved;
    },
    look: async (folder) => {
      read = await readEvaluation(join(folder, "run", "evaluation.json"));
      const lines = await readImageScores(join(folder, "run", "evaluation.jsonl"));
      assert.deepEqual(lines.map(({ path }) => path), splitImages(paths, 0.5).heldOut);
      assert(Math.abs(lines[0].scores.student.kl - Math.log(6)) < 1e-6);
    },
  });
  assert.deepEqual(JSON.parse(out), read);
});

testTask("evaluate prints one JSON document, and warns of a greater share", async () => {
  const { out, err, checkpointPath } = await run({
    flags: ["--json", "--holdout=0.9", "--output-dir=scores"],
    look: async (folder) =>
      assert.deepEqual((await namesIn(join(folder, "scores"))).toSorted(), [
        "evaluation.json",
        "evaluation.jsonl",
      ]),
  });
  const result = parseJson(out, evaluationSchema);
  assert.equal(result.checkpoint, checkpointPath);
  assert.equal(result.holdout, 0.9);
  assert.equal(result.photos, heldOutAt(0.9));
  assert(Math.abs(result.scores.student.kl.mean - Math.log(6)) < 1e-6);
  assert.match(
    err,
    /warning: the student was trained with --holdout=0\.5: .*are among those scored/,
  );
});

testTask("evaluate refuses a file to write into before it begins", async () => {
  const { out, err } = await run({ flags: ["--output-dir=student.safetensors"], exit: 2 });
  assert.equal(out, "");
  assert.match(err, /--output-dir is student\.safetensors, a file, expected a folder/);
});

testTask("evaluate does not warn of a greater share of another data set", async () => {
  const { err } = await run({
    flags: ["--holdout=0.9"],
    trainedOn: { pathsSha256: "b".repeat(64) },
  });
  assert(!err.includes("warning"), err);
});
