/**
 * `deno task glimpses` as a user runs it.
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { testWith } from "../support/permissions.ts";
import { runTaskProcess } from "../support/task_process.ts";
import { paths, workplace } from "../visualise/visualise_support.ts";

const testTask = (name: string, body: () => Promise<void>) =>
  testWith(["read", "write", "run", "env"], name, body);

type Options = Awaited<ReturnType<typeof workplace>>["options"];

async function run({ datasetPath, rolloutDir, checkpointPath }: Options, flags: string[]) {
  const data = [
    `--checkpoint=${checkpointPath}`,
    `--dataset-path=${datasetPath}`,
    `--rollout-dir=${rolloutDir}`,
  ];
  return await runTaskProcess("glimpses", [...data, ...flags]);
}

testTask("glimpses prints a table and puts the picture into the run's folder", async () => {
  await openBackend("cpu");
  await using place = await workplace();
  const photo = join(place.options.datasetPath, paths[2]);
  const { code, out, err } = await run(place.options, [photo, "--glimpses=2", "--glimpse-size=1"]);
  assert.equal(code, 0, err);
  const picture = join(dirname(dirname(place.options.checkpointPath)), "glimpses.png");
  const lines = out.trimEnd().split("\n");
  assert.match(lines[0], /16×16 pixels of 64×64 to a map of 2×2; boxes are \[y0, x0, y1, x1\]/);
  assert.equal(lines[2], paths[2]);
  assert.match(lines[3], /^ +box +attention +patches$/);
  for (const place of [1, 2]) {
    assert.match(
      lines[3 + place],
      new RegExp(String.raw`^ {2}${place} +\[\d+, \d+, \d+, \d+\] +\d+\.\d % +[0-3]$`),
    );
  }
  assert.equal(lines.at(-1), `picture ${picture}`);
  await decodeImage(await Deno.readFile(picture));
});

testTask("glimpses prints JSON, of which --seen leaves patches out", async () => {
  await openBackend("cpu");
  await using place = await workplace();
  const output = join(place.root, "next.png");
  const flags = ["--json", "--count=2", "--holdout=0", "--glimpse-size=1", `--output=${output}`];
  const { code, out, err } = await run(place.options, [...flags, "--seen=0,1,2"]);
  assert.equal(code, 0, err);
  const result = JSON.parse(out);
  assert.equal(result.output, output);
  assert.deepEqual(result.photos.map(({ path }: { path: string }) => path), [paths[1], paths[4]]);
  for (const { glimpses } of result.photos) {
    assert.deepEqual(glimpses.map(({ patches, box }: Record<string, unknown>) => [patches, box]), [
      [[3], [32, 32, 64, 64]],
    ]);
  }
});

testTask("glimpses refuses flags that mean nothing", async () => {
  await openBackend("cpu");
  await using place = await workplace();
  const { code, err } = await run(place.options, ["--seen=1,two"]);
  assert.equal(code, 2);
  assert.match(err, /--seen.*expected whole numbers of at least 0, with commas between them/);
});
