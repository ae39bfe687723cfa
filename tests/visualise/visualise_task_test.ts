/**
 * `deno task visualise` as a user runs it.
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { testWith } from "../support/permissions.ts";
import { runTaskProcess } from "../support/task_process.ts";
import { paths, workplace } from "./visualise_support.ts";

const testTask = (name: string, body: () => Promise<void>) =>
  testWith(["read", "write", "run", "env"], name, body);

type Options = Awaited<ReturnType<typeof workplace>>["options"];

async function run({ datasetPath, rolloutDir }: Options, flags: string[]) {
  const data = [`--dataset-path=${datasetPath}`, `--rollout-dir=${rolloutDir}`];
  return await runTaskProcess("visualise", [...data, ...flags]);
}

testTask("visualise puts the picture into the run's folder and says what it shows", async () => {
  await openBackend("cpu");
  await using place = await workplace();
  const run1 = dirname(dirname(place.options.checkpointPath));
  const bad = join(place.options.datasetPath, "bad.png");
  await Deno.writeTextFile(bad, "no photo");
  const good = join(place.options.datasetPath, paths[0]);
  const { code, out, err } = await run(place.options, [`--run-dir=${run1}`, good, bad]);
  assert.equal(code, 0, err);
  const picture = join(run1, "visualise.png");
  assert.match(out, /^teacher local-dir:.*, \d+ k parameters$/m);
  assert.match(
    out,
    /^student vit_tiny_patch16_224, \d+ k parameters, sees 16×16 pixels of 64×64$/m,
  );
  assert.equal(out.trimEnd().split("\n").at(-1), `picture ${picture}`);
  assert.match(err, /^backend wasm \(SIMD, .+\): as asked\n/);
  assert.match(err, /^warning: skipped bad\.png: Cannot decode image: .*$/m);
  await decodeImage(await Deno.readFile(picture));
});

testTask("visualise puts the picture beside a checkpoint in no run, and prints JSON", async () => {
  await openBackend("cpu");
  await using place = await workplace();
  const checkpoint = join(place.root, "student.safetensors");
  await Deno.copyFile(place.options.checkpointPath, checkpoint);
  const flags = [`--checkpoint=${checkpoint}`, "--json", "--count=2", "--holdout=0"];
  const { code, out, err } = await run(place.options, flags);
  assert.equal(code, 0, err);
  const result = JSON.parse(out);
  assert.equal(result.output, join(place.root, "visualise.png"));
  assert.equal(result.checkpoint, checkpoint);
  assert.deepEqual(result.photos.map(({ path }: { path: string }) => path), [paths[1], paths[4]]);
  await decodeImage(await Deno.readFile(result.output));
});

testTask("visualise leaves no picture when there is nothing to draw", async () => {
  await openBackend("cpu");
  await using place = await workplace();
  const output = join(place.root, "pictures", "all.png");
  const flags = [`--checkpoint=${place.options.checkpointPath}`, `--output=${output}`];
  const { code, err } = await run(place.options, [...flags, join(place.root, "missing.png")]);
  assert.equal(code, 1);
  assert.match(err, /^error: Cannot visualise: no photo can be read/m);
  await assert.rejects(Deno.stat(dirname(output)), Deno.errors.NotFound);
});

testTask("visualise refuses a folder as --output before the work", async () => {
  await openBackend("cpu");
  await using place = await workplace();
  const { checkpointPath, datasetPath } = place.options;
  const flags = [`--checkpoint=${checkpointPath}`, `--output=${datasetPath}`];
  const { code, err } = await run(place.options, flags);
  assert.equal(code, 2);
  assert.match(
    err,
    /^error: Cannot write picture: --output is .*, a folder, expected a \.png file$/m,
  );
  assert.doesNotMatch(err, /photos/);
});
