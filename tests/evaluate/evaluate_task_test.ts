/**
 * `deno task evaluate` as a user runs it.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { photoPathsSha256 } from "../../lib/cache/photos.ts";
import { splitImages } from "../../lib/dataset/split.ts";
import { testWith } from "../support/permissions.ts";
import { makeIndifferent, photos, workplace } from "./evaluation_support.ts";

const task = fileURLToPath(new URL("../../tasks/evaluate.ts", import.meta.url));
const testTask = (name: string, body: () => Promise<void>) =>
  testWith(["read", "write", "run", "env"], name, body);

const paths = photos.map(([path]) => path);
const dataset = { pathsSha256: photoPathsSha256(paths.toSorted()) };

/** Runs the task on a student that says 0.5 everywhere and was trained on `trainedOn`, a half held out. */
async function run(
  { flags = [], trainedOn = dataset }: { flags?: string[]; trainedOn?: object } = {},
) {
  await openBackend("cpu");
  const metadata = { training: JSON.stringify({ holdout: 0.5, dataset: trainedOn }) };
  await using place = await workplace({ change: makeIndifferent, metadata });
  const { checkpointPath, datasetPath, rolloutDir } = place.options;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", task, "--backend=wasm", `--checkpoint=${checkpointPath}`].concat(
      [`--dataset-path=${datasetPath}`, `--rollout-dir=${rolloutDir}`],
      flags,
    ),
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, err);
  return { out, err, checkpointPath };
}

const heldOutAt = (share: number) => splitImages(paths, share).heldOut.length;

testTask(
  "evaluate prints a table of the photos that training held out, and a verdict",
  async () => {
    const { out, err, checkpointPath } = await run();
    const lines = out.trimEnd().split("\n");
    assert.equal(lines[0], `${checkpointPath}: 8×12 pixels of 32×48 to a map of 2×3`);
    assert.equal(lines[1], `${heldOutAt(0.5)} of 7 photos held out (a share of 0.5)`);
    assert.match(lines[4], /^student +0\.6931 +0\.5000 +0\.0000 +0\.1667 +1\.7918$/);
    assert.match(lines[5], /^mean training map( +-?\d+\.\d{4}){5}$/);
    assert.match(lines[6], /^centred Gaussian( +-?\d+\.\d{4}){5}$/);
    assert.match(lines.at(-1)!, /^The student .* KL 1\.7918 against .*\.$/);
    assert.match(err, /^backend wasm \(SIMD, .+\): as asked\n/);
    assert(err.includes(`evaluate: ${heldOutAt(0.5)}/${heldOutAt(0.5)}`), err);
    assert(!err.includes("warning"), err);
  },
);

testTask("evaluate prints one JSON document, and warns of a greater share", async () => {
  const { out, err, checkpointPath } = await run({ flags: ["--json", "--holdout=0.9"] });
  const result = JSON.parse(out);
  assert.deepEqual(Object.keys(result), [
    "checkpoint",
    "photos",
    "trainingPhotos",
    "holdout",
    "datasetSha256",
    "grid",
    "view",
    "metrics",
  ]);
  assert.equal(result.checkpoint, checkpointPath);
  assert.equal(result.holdout, 0.9);
  assert.equal(result.photos, heldOutAt(0.9));
  assert.deepEqual(Object.keys(result.metrics), ["student", "meanMap", "gaussian"]);
  assert(Math.abs(result.metrics.student.kl - Math.log(6)) < 1e-6);
  assert.match(
    err,
    /warning: the student was trained with --holdout=0\.5: .*are among those scored/,
  );
});

testTask("evaluate does not warn of a greater share of another data set", async () => {
  const { err } = await run({
    flags: ["--holdout=0.9"],
    trainedOn: { pathsSha256: "b".repeat(64) },
  });
  assert(!err.includes("warning"), err);
});
