/**
 * Students whose files carry weights alone, as the original system's do.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBackend } from "../../lib/backend/open_backend.ts";
import type { ForeignStudent } from "../../lib/model/foreign_student.ts";
import { isForeignStudent } from "../../lib/model/is_foreign_student.ts";
import { describeNamedModel } from "../../lib/model/model_config_file.ts";
import {
  createStudent,
  openStudent,
  readStudent,
  saveStudent,
} from "../../lib/model/student_checkpoint.ts";
import { Random } from "../../lib/random/random.ts";
import { writeChecksummed } from "../../lib/weights/checksummed_file.ts";
import {
  readSafetensors,
  serialiseSafetensors,
  writeSafetensors,
} from "../../lib/weights/safetensors.ts";
import { describeWithFixtures, readFixtureTensors } from "../support/fixtures.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { tinyDescription, tinyModel, tinyStateDict } from "./tiny_model.ts";

await openBackend("cpu");

const fixture = fileURLToPath(new URL("../fixtures/student.state_dict.pt", import.meta.url));

/** The architecture of the fixture's base. */
const model = describeNamedModel("deit_tiny_distilled_patch16_224", {
  img_size: 64,
  embed_dim: 32,
  depth: 2,
  num_heads: 2,
  num_classes: 12,
});
const foreign: ForeignStudent = { model, degradation: { strategy: "DOWNSIZE", factor: 5 } };

describeWithFixtures("openStudent() reads the original system's students", () => {
  Deno.test("openStudent() takes PyTorch's student for what is said of it", async () => {
    const { student, description, metadata } = await openStudent(fixture, { foreign });
    assert.deepEqual(
      serialiseSafetensors(await readStudent(student)),
      serialiseSafetensors(readFixtureTensors("student.state_dict.expected.safetensors")),
    );
    assert.deepEqual(description, { ...foreign, grid: [4, 4], view: model.preprocessing });
    assert.deepEqual(metadata, {});
    student.dispose();
  });

  Deno.test("openStudent() takes grid and crop of the maps that have as many patches", async () => {
    const view = { ...model.preprocessing, imageSize: [64, 256] as const, cropPct: 1 };
    const fitting = { ...foreign, maps: { grid: [2, 8] as const, view } };
    const { student, description } = await openStudent(fixture, { foreign: fitting });
    assert.deepEqual([description.grid, description.view], [[2, 8], view]);
    student.dispose();
    const others = { ...foreign, maps: { grid: [8, 8] as const, view } };
    const opened = await openStudent(fixture, { foreign: others });
    assert.deepEqual(opened.description.grid, [4, 4]);
    assert.deepEqual(opened.description.view, model.preprocessing);
    opened.student.dispose();
  });

  Deno.test("openStudent() refuses another architecture, and weights of which nothing is said", async () => {
    const other = { ...foreign, model: describeNamedModel("deit_tiny_patch16_224") };
    await assert.rejects(openStudent(fixture, { foreign: other }), {
      name: "SyntaxError",
      message: `Cannot load student: ${fixture}: projection.weight is [16, 12], ` +
        "expected [16, 1000]; look at --student-model and --student-args",
    });
    await assert.rejects(openStudent(fixture), /carries weights alone, expected .*--student-model/);
  });
});

/** Weights of a student of 2×5 patches, without a word. */
async function writeBare(path: string): Promise<void> {
  const random = Random.from("projection");
  const student = createStudent(tinyModel(), { grid: [2, 5], random });
  await writeSafetensors(path, await readStudent(student));
  student.dispose();
}

const tiny: ForeignStudent = {
  model: tinyDescription(),
  degradation: { strategy: "MAE", maskRatio: 0.5 },
};

testInFolder(
  "openStudent() reads bare safetensors, and saveStudent() lets them speak",
  async (folder) => {
    const [bare, speaking] = ["bare", "speaking"].map((name) =>
      join(folder, `${name}.safetensors`)
    );
    await writeBare(bare);
    assert.equal(await isForeignStudent(bare), true);
    const view = tiny.model.preprocessing;
    const opened = await openStudent(bare, { foreign: { ...tiny, maps: { grid: [2, 5], view } } });
    await saveStudent(speaking, opened);
    assert.equal(await isForeignStudent(speaking), false);
    const again = await openStudent(speaking);
    assert.deepEqual(again.description, opened.description);
    assert.deepEqual(await readStudent(again.student), await readStudent(opened.student));
    const insisted = await openStudent(speaking, { foreign }); // says itself what it is
    assert.deepEqual(insisted.description, opened.description);
    for (const { student } of [opened, again, insisted]) student.dispose();
  },
);

testInFolder("openStudent() asks for the cache where rows are no square", async (folder) => {
  const bare = join(folder, "bare.safetensors");
  await writeBare(bare);
  const message = /has 10 rows, expected .* or a square; name the cache .* --rollout-dir/;
  await assert.rejects(openStudent(bare, { foreign: tiny }), { name: "RangeError", message });
  const maps = { grid: [3, 3] as const, view: tiny.model.preprocessing };
  await assert.rejects(
    openStudent(bare, { foreign: { ...tiny, maps } }),
    /the cache's maps \(3×3\)/,
  );
});

testInFolder("openStudent() refuses a layer beside base and projection", async (folder) => {
  const path = join(folder, "bare.safetensors");
  await writeBare(path);
  const { tensors } = await readSafetensors(path);
  await writeSafetensors(
    path,
    new Map([...tensors, ["norm.bias", tensors.get("projection.bias")!]]),
  );
  await assert.rejects(openStudent(path, { foreign: tiny }), {
    name: "SyntaxError",
    message: /bare\.safetensors has norm\.bias, expected .* projection\.\* alone$/,
  });
});

testInFolder("openStudent() refuses a model that is no student", async (folder) => {
  const path = join(folder, "model.safetensors");
  await writeSafetensors(path, tinyStateDict());
  await assert.rejects(openStudent(path, { foreign: tiny }), {
    name: "SyntaxError",
    message: `Cannot open student: ${path} has no projection.bias, ` +
      "expected a state dict of model.* and projection.*",
  });
});

testInFolder(
  "isForeignStudent() does not fall for a checkpoint that has lost a text",
  async (folder) => {
    const path = join(folder, "student.safetensors");
    await writeChecksummed(path, tinyStateDict());
    assert.equal(await isForeignStudent(path), false);
    for (const key of ["model", "student"]) {
      await writeSafetensors(path, tinyStateDict(), { metadata: { [key]: "{}" } });
      assert.equal(await isForeignStudent(path), false);
    }
    await assert.rejects(openStudent(path, { foreign: tiny }), /carries no sha256/);
  },
);
