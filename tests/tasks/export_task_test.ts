/**
 * `deno task export` as a user runs it, and its students and maps used again.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { namesIn } from "../../lib/files/if_present.ts";
import { workplace } from "../evaluate/evaluation_support.ts";
import { testWithProgrammes } from "../support/temporary_folder.ts";
import { runTaskProcess, taskCommand } from "../support/task_process.ts";

await openBackend("wasm");

/** A student and its cache, and the flags that name them and a folder to export to. */
async function prepare(folder: string) {
  const place = await workplace();
  const { checkpointPath, rolloutDir, datasetPath } = place.options;
  const output = join(folder, "out");
  const flags = [
    ...[`--checkpoint=${checkpointPath}`, `--rollout-dir=${rolloutDir}`],
    `--output-dir=${output}`,
  ];
  return { place, checkpointPath, datasetPath, rolloutDir, output, flags };
}

testWithProgrammes(
  "export writes student and maps side by side, and refuses to write over them",
  async (folder) => {
    const { place, checkpointPath, output, flags } = await prepare(folder);
    await using _ = place;
    const formats = "--formats=timm,onnx,checkpoint,npy";
    const { code, out, err } = await runTaskProcess("export", [...flags, formats, "--json"]);
    assert.equal(code, 0, err);
    const timm = ["config.json", "model.safetensors", "README.md"];
    const files = [...timm, "student.onnx", "student.safetensors", "maps.npy", "paths.json"]
      .map((name) => join(output, name));
    assert.deepEqual(JSON.parse(out), { checkpoint: checkpointPath, outputDir: output, files });
    assert.deepEqual((await namesIn(output)).map((name) => join(output, name)), files.toSorted());

    const again = await runTaskProcess("export", [...flags, "--formats=npy"]);
    assert.equal(again.code, 2);
    assert.match(again.err, /Cannot export: .*maps\.npy is there already, .*--overwrite/);
    const over = await runTaskProcess("export", [...flags, "--overwrite"]);
    assert.equal(over.code, 0, over.err);
    assert.match(over.out, /its maps are the student's within .*\n(wrote .*\n){3}$/);
  },
);

testWithProgrammes(
  "export refuses before it writes anything: no cache, its own student, a file for a folder",
  async (folder) => {
    const { place, checkpointPath, output, flags } = await prepare(folder);
    await using _ = place;
    const own = join(folder, "student.safetensors");
    await Deno.copyFile(checkpointPath, own);
    const before = await Deno.readFile(own);
    const refusals: [more: string[], code: number, message: RegExp][] = [
      [
        ["--formats=timm,npy", `--rollout-dir=${join(folder, "none")}`],
        1,
        /none holds no manifest\.json/,
      ],
      [
        [`--checkpoint=${own}`, `--output-dir=${folder}`, "--formats=checkpoint", "--overwrite"],
        2,
        /student\.safetensors is the student itself, .*--output-dir/,
      ],
      [[`--output-dir=${own}`], 1, /a file stands where the path has a folder, .* another folder/],
    ];
    for (const [more, code, message] of refusals) {
      const result = await runTaskProcess("export", [...flags, ...more]);
      assert.equal(result.code, code, result.err);
      assert.match(result.err, message);
    }
    assert.deepEqual(await namesIn(output), []);
    assert.deepEqual(await Deno.readFile(own), before);
  },
);

testWithProgrammes(
  "export writes maps without any student, and into the cache's folder by default",
  async (folder) => {
    const { place, rolloutDir, datasetPath, checkpointPath } = await prepare(folder);
    await using _ = place;
    const flags = ["--formats=npy", `--rollout-dir=${rolloutDir}`, "--divide-by-maximum"];
    const { code, out, err } = await runTaskProcess("export", flags);
    assert.equal(code, 0, err);
    assert.match(
      out,
      /^maps of .*: float32 \[7, 2, 3\]\nwrote .*maps\.npy\nwrote .*paths\.json\n$/,
    );
    assert(!err.includes("backend"), "nothing is computed");
    assert.deepEqual(await namesIn(join(rolloutDir, "export")), ["maps.npy", "paths.json"]);
    const checked = [
      `--rollout-dir=${rolloutDir}`,
      `--dataset-path=${datasetPath}`,
      checkpointPath,
    ];
    const { success } = await taskCommand("verify", checked).output();
    assert(success, "the cache is whole as before");

    await Deno.remove(join(rolloutDir, "manifest.json"));
    const refused = await runTaskProcess("export", [...flags, "--overwrite"]);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /holds no manifest\.json, expected what precompute writes; run it first/,
    );
  },
);
