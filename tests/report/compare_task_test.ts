/**
 * `deno task compare` as a user runs it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { testWith } from "../support/permissions.ts";
import { runTaskProcess } from "../support/task_process.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

const run = (flags: readonly string[]) => runTaskProcess("compare", flags);

testWith(
  ["read", "write", "run", "env"],
  "compare trains and scores a grid, and again only what it has not trained",
  async () => {
    await openBackend("cpu");
    const { root, options: { source, datasetPath, rolloutDir } } = await makeTinyPipeline();
    const output = join(root, "compare");
    const flags = [
      `--student-models=${source.model}`,
      `--dataset-path=${datasetPath}`,
      `--rollout-dir=${rolloutDir}`,
      `--output-dir=${output}`,
      "--mask-ratios=0.5",
      "--phases=0+1",
      "--holdout=0.4",
      "--batch-size=4",
    ];
    const first = await run([...flags, "--factors=4", "--strategies=DOWNSIZE"]);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^comparison .*compare\.md, compare\.png$/m);
    const trained = join(output, "teacher-DOWNSIZE-4-0+1", "checkpoints");
    const [{ name }] = [...Deno.readDirSync(trained)].filter(({ name }) => /epoch1/.test(name));
    const { mtime } = await Deno.stat(join(trained, name));

    const both = await run([...flags, "--factors=4", "--json"]);
    assert.equal(both.code, 0, both.err);
    const { complete, runs } = JSON.parse(both.out);
    assert.equal(complete, true);
    assert.deepEqual(
      runs.map((
        { name, evaluation }: { name: string; evaluation: { seenShare: number } },
      ) => [name, evaluation.seenShare]),
      [["teacher-DOWNSIZE-4-0+1", 1 / 16], ["teacher-MAE-0.5-0+1", 1 / 2]],
    );
    assert.deepEqual((await Deno.stat(join(trained, name))).mtime, mtime, "trained once");

    const page = await Deno.readTextFile(join(output, "compare.md"));
    assert.match(page, /^\| teacher \| DOWNSIZE \| 4 \| 0\+1 \| 6\.3 % \|/m);
    assert.match(page, /^\| teacher \| MAE \| 0\.5 \| 0\+1 \| 50\.0 % \|/m);
    await decodeImage(await Deno.readFile(join(output, "compare.png")));
    assert.match(await Deno.readTextFile(join(output, "compare.csv")), /^run,.*\r\nteacher-/);

    const twice = await run([...flags, "--factors=4,4"]);
    assert.equal(twice.code, 2);
    assert.match(twice.err, /the grid has two students named teacher-DOWNSIZE-4-0\+1/);
    await Deno.remove(root, { recursive: true });
  },
);
