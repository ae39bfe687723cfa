import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { exportStudent } from "../../lib/export/export_student.ts";
import { namesIn } from "../../lib/files/if_present.ts";
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
  assert.match(warnings[0], /evaluation\.json is of .*other\.safetensors: .* without scores$/);
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
