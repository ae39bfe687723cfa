import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import type { Degradation } from "../../lib/config/degradation.ts";
import { exportStudent } from "../../lib/export/export_student.ts";
import { namesIn } from "../../lib/files/if_present.ts";
import { sha256OfFile } from "../../lib/files/sha256.ts";
import { openStudent, readStudent, saveStudent } from "../../lib/model/student_checkpoint.ts";
import { writeEvaluation } from "../../lib/run/evaluation_file.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { evaluation } from "./evaluation.ts";
import { makeStudent } from "./students.ts";

await openBackend("cpu");

/** A student's file, and where its export goes. */
async function prepare(folder: string) {
  const { student, description } = makeStudent("plain");
  const checkpointPath = join(folder, "mine.safetensors");
  await saveStudent(checkpointPath, { student, description, metadata: { step: "12" } });
  student.dispose();
  const inputs = { includeDegradation: true, pixelType: "float32" } as const;
  return { ...inputs, checkpointPath, evaluationDir: folder, folder: join(folder, "out") };
}

testInFolder(
  "exportStudent() writes each format that is asked for, and no other",
  async (folder) => {
    const options = await prepare(folder);
    const notes = await exportStudent({ ...options, formats: ["checkpoint"] });
    assert.deepEqual(await namesIn(options.folder), ["student.safetensors"]);
    assert.deepEqual(notes, [
      "checkpoint of vit_tiny_patch16_224: 8×10 pixels of 24×32 to a map of 2×3",
    ]);
    await exportStudent({ ...options, formats: ["timm"] });
    assert.deepEqual(
      await namesIn(options.folder),
      ["README.md", "config.json", "model.safetensors", "student.safetensors"],
    );
    assert.match(await Deno.readTextFile(join(options.folder, "README.md")), /^# `mine`: /m);
  },
);

testInFolder(
  "exportStudent() writes a checkpoint that is the student, texts and all",
  async (folder) => {
    const options = await prepare(folder);
    await exportStudent({ ...options, formats: ["checkpoint"] });
    const [before, after] = await Promise.all(
      [options.checkpointPath, join(options.folder, "student.safetensors")].map((path) =>
        openStudent(path)
      ),
    );
    assert.deepEqual(after.description, before.description);
    assert.deepEqual(after.metadata, before.metadata);
    assert.equal(after.metadata.step, "12");
    assert.deepEqual(await readStudent(after.student), await readStudent(before.student));
    for (const { student } of [before, after]) student.dispose();
  },
);

testInFolder("exportStudent() takes the scores of this student alone", async (folder) => {
  const options = { ...await prepare(folder), formats: ["timm"] as const };
  const warnings: string[] = [];
  const cardWith = async (checkpoint: string) => {
    await writeEvaluation(join(folder, "evaluation.json"), { ...evaluation, checkpoint });
    await exportStudent({ ...options, onWarning: (message) => warnings.push(message) });
    return await Deno.readTextFile(join(options.folder, "README.md"));
  };
  assert.match(await cardWith(options.checkpointPath), /^## Scores$/m);
  assert.deepEqual(warnings, []);
  assert.doesNotMatch(await cardWith(join(folder, "other.safetensors")), /## Scores/);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0],
    /is of another student, read from .*other\.safetensors: .* without scores;/,
  );
});

testInFolder("exportStudent() refuses weights that are no numbers", async (folder) => {
  for (const broken of [NaN, Infinity]) {
    const { student, description } = makeStudent("plain");
    student.projection.bias.assign(tf.fill(student.projection.bias.shape, broken));
    const checkpointPath = join(folder, "broken.safetensors");
    await saveStudent(checkpointPath, { student, description });
    student.dispose();
    const out = join(folder, "out");
    await assert.rejects(
      exportStudent({ checkpointPath, formats: ["timm", "onnx", "checkpoint"], folder: out }),
      /Cannot export: .*broken\.safetensors: projection\.bias is .*, expected numbers; .*/,
    );
    assert.deepEqual(await namesIn(out), []);
  }
});

testInFolder("exportStudent() refuses views of which nothing is left", async (folder) => {
  const views: [degradation: Degradation, message: RegExp][] = [
    [{ strategy: "DOWNSIZE", factor: 25 }, /factor is 25, expected at most 24: .* 24×32 pixels/],
    [{ strategy: "MAE", maskRatio: 0.99 }, /mask-ratio is 0\.99, which hides all of 48 patches/],
  ];
  for (const [degradation, message] of views) {
    const { student, description } = makeStudent("plain");
    const checkpointPath = join(folder, "blind.safetensors");
    await saveStudent(checkpointPath, { student, description: { ...description, degradation } });
    student.dispose();
    const out = join(folder, "out");
    await assert.rejects(
      exportStudent({ checkpointPath, formats: ["timm"], folder: out }),
      message,
    );
    assert.deepEqual(await namesIn(out), []);
  }
});

testInFolder("exportStudent() knows a student by its bytes, not by its path", async (folder) => {
  const options = { ...await prepare(folder), formats: ["timm"] as const };
  const cardWith = async (checkpointSha256: string, checkpoint: string) => {
    const of = { checkpoint, checkpointSha256 };
    await writeEvaluation(join(folder, "evaluation.json"), { ...evaluation, ...of });
    await exportStudent(options);
    return await Deno.readTextFile(join(options.folder, "README.md"));
  };
  const { checkpointPath } = options;
  assert.match(
    await cardWith(await sha256OfFile(checkpointPath), "moved.safetensors"),
    /## Scores/,
  );
  assert.doesNotMatch(await cardWith("0".repeat(64), checkpointPath), /## Scores/);
});

testInFolder(
  "exportStudent() refuses damaged scores, and stops when it is told to",
  async (folder) => {
    const options = { ...await prepare(folder), formats: ["timm"] as const };
    const aborted = AbortSignal.abort();
    await assert.rejects(
      exportStudent({ ...options, signal: aborted }),
      (error) => error === aborted.reason,
    );
    await Deno.writeTextFile(join(folder, "evaluation.json"), "{}");
    await assert.rejects(
      exportStudent(options),
      /evaluation\.json is damaged .*run evaluate again/,
    );
    assert.deepEqual(await namesIn(options.folder), []);
  },
);

testInFolder("exportStudent() refuses a format that it does not know", async (folder) => {
  const options = await prepare(folder);
  await assert.rejects(exportStudent({ ...options, formats: ["timm", "gguf" as never] }), {
    name: "RangeError",
    message: "Cannot export a student: a format is gguf, expected some of timm, onnx, checkpoint",
  });
  assert.deepEqual(await namesIn(options.folder), []);
});
