/**
 * Students whose files carry weights alone, from `evaluate` to `export`.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { serialiseModelFile } from "../../lib/model/model_config_file.ts";
import { readEvaluation } from "../../lib/run/evaluation_file.ts";
import { readChecksummed } from "../../lib/weights/checksummed_file.ts";
import { writeSafetensors } from "../../lib/weights/safetensors.ts";
import { workplace } from "../evaluate/evaluation_support.ts";
import { testWithProgrammes } from "../support/temporary_folder.ts";
import { runTaskProcess } from "../support/task_process.ts";

await openBackend("wasm");

const fixture = fileURLToPath(new URL("../fixtures/student.state_dict.pt", import.meta.url));
const photo = fileURLToPath(new URL("../fixtures/image.0.png", import.meta.url));

/** What has to be said of the fixture. */
const said = [
  "--student-model=deit_tiny_distilled_patch16_224",
  "--student-args=img_size=64,embed_dim=32,depth=2,num_heads=2,num_classes=12",
  "--strategy=DOWNSIZE",
  "--downsampling-factor=5",
];

/** A checkpoint, the same weights without a word, and what says the rest. */
async function prepare(folder: string) {
  const place = await workplace();
  const { checkpointPath, rolloutDir, datasetPath } = place.options;
  const bare = join(folder, "bare.safetensors");
  const { tensors } = await readChecksummed(checkpointPath);
  await writeSafetensors(bare, tensors);
  const base = join(folder, "base");
  await Deno.mkdir(base);
  await Deno.writeTextFile(join(base, "config.json"), serialiseModelFile(place.description.model));
  const words = [
    `--student-model=local-dir:${base}`,
    "--strategy=DOWNSIZE",
    "--downsampling-factor=4",
  ];
  const data = [`--rollout-dir=${rolloutDir}`, `--dataset-path=${datasetPath}`, "--holdout=0.5"];
  return { place, checkpointPath, bare, base, words, data };
}

testWithProgrammes(
  "evaluate and report take weights alone for the student that they were",
  async (folder) => {
    const { place, checkpointPath, bare, words, data } = await prepare(folder);
    await using _ = place;
    const scoresOf = async (checkpoint: string, more: readonly string[]) => {
      const output = [`--checkpoint=${checkpoint}`, `--output-dir=${folder}`, ...more];
      const { code, err } = await runTaskProcess("evaluate", [...data, ...output]);
      assert.equal(code, 0, err);
      assert.match(err, /warning: .* does not say what it was trained on: /);
      return await readEvaluation(join(folder, "evaluation.json"));
    };
    const expected = await scoresOf(checkpointPath, []);
    const actual = await scoresOf(bare, words);
    const { checkpoint, checkpointSha256 } = expected;
    assert.notEqual(actual.checkpointSha256, checkpointSha256, "other bytes, other texts");
    assert.deepEqual({ ...actual, checkpoint, checkpointSha256 }, expected);
    const report = [`--checkpoint=${bare}`, `--evaluation-dir=${folder}`, "--count=1", ...words];
    const { code, err } = await runTaskProcess("report", report);
    assert.equal(code, 0, err);
    assert((await Deno.stat(join(folder, "report.html"))).size > 0);
  },
);

testWithProgrammes(
  "export makes a checkpoint of weights alone, which needs no more flags",
  async (folder) => {
    const { place, checkpointPath, bare, base, data } = await prepare(folder);
    await using _ = place;
    const config = join(folder, "options.json");
    const options = {
      studentModel: `local-dir:${base}`,
      strategy: "DOWNSIZE",
      downsamplingFactor: 4,
    };
    await Deno.writeTextFile(config, JSON.stringify(options));
    const exported = await runTaskProcess("export", [
      ...[`--checkpoint=${bare}`, `--config=${config}`, "--formats=checkpoint", data[0]],
    ]);
    assert.equal(exported.code, 0, exported.err);
    const checkpoint = join(folder, "export", "student.safetensors");
    const [own, once] = await Promise.all(
      [checkpointPath, checkpoint].map((it) => readChecksummed(it)),
    );
    assert.deepEqual(once.tensors, own.tensors);
    assert.deepEqual(JSON.parse(once.metadata.student), JSON.parse(own.metadata.student));
    const flags = [...data, `--output=${folder}/v.png`, `--checkpoint=${checkpoint}`];
    // a shared file of options says nothing about a checkpoint that speaks for itself; a flag would
    const drawn = await runTaskProcess("visualise", [...flags, `--config=${config}`]);
    assert.equal(drawn.code, 0, drawn.err);
    const refused = await runTaskProcess("visualise", [
      ...flags,
      "--strategy=MAE",
      "--mask-ratio=0.5",
    ]);
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      /--strategy and --mask-ratio cannot be given: .*student\.safetensors says itself what student it is/,
    );
  },
);

testWithProgrammes("glimpses and export take the original system's student", async (folder) => {
  const place = [`--checkpoint=${fixture}`, `--rollout-dir=${folder}/none`];
  const glimpses = [...place, `--output=${folder}/glimpses.png`, photo];
  const { code, out, err } = await runTaskProcess("glimpses", [...glimpses, ...said]);
  assert.equal(code, 0, err);
  assert.match(out, /12×12 pixels of 64×64 to a map of 4×4/);
  const exported = await runTaskProcess("export", [
    ...place,
    `--output-dir=${folder}/out`,
    ...said,
  ]);
  assert.equal(exported.code, 0, exported.err);
  const card = await Deno.readTextFile(join(folder, "out", "README.md"));
  assert.match(card, /^# `student\.state_dict`: attention rollout from 12×12 pixels of 64×64$/m);
});

testWithProgrammes(
  "tasks say what is missing of a student whose file carries weights alone",
  async (folder) => {
    const flags = [
      ...[
        `--checkpoint=${fixture}`,
        `--rollout-dir=${folder}/none`,
        `--output=${folder}/g.png`,
        photo,
      ],
    ];
    const missing: readonly string[][] = [
      [],
      said.slice(0, 3),
      said.slice(2),
      [...said.slice(0, 2), "--strategy=MAE", "--downsampling-factor=5"],
    ];
    for (const words of missing) {
      const { code, err } = await runTaskProcess("glimpses", [...flags, ...words]);
      assert.equal(code, 2, err);
      assert.match(
        err,
        /carries weights alone, expected all of --student-model .* --mask-ratio for MAE/,
      );
    }
    const hub = ["--student-model=hf-hub:org/name", ...said.slice(2)];
    const { code, err } = await runTaskProcess("glimpses", [...flags, ...hub]);
    assert.equal(code, 2);
    assert.match(
      err,
      /--student-model is hf-hub:org\/name, expected a timm name or local-dir:PATH/,
    );
  },
);
