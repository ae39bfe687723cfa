/**
 * What timm is given, and that it is a whole model again for us and for PyTorch.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { viewPhotos } from "../../lib/dataset/student_view.ts";
import type { ExportedStudent } from "../../lib/export/exporter.ts";
import { timmExporter } from "../../lib/export/timm_exporter.ts";
import { loadPretrained } from "../../lib/model/model_source.ts";
import { pixelTensor } from "../../lib/model/pixel_tensor.ts";
import { Random } from "../../lib/random/random.ts";
import { readSafetensors } from "../../lib/weights/safetensors.ts";
import { assertClose } from "../support/numeric.ts";
import { testWithPython } from "../support/python.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { runCard } from "./run_card.ts";
import { makeStudent, studentKinds } from "./students.ts";

await openBackend("cpu");

const random = Random.from("photo");

/** A photo as the view prepares it. */
const photo = {
  data: Uint8Array.from({ length: 24 * 32 * 3 }, () => random.uniform(0, 256)),
  maskKey: ["timm"],
};

for (const kind of studentKinds) {
  testInFolder(
    `timmExporter writes a ${kind} student that --student-model loads`,
    async (folder) => {
      const exported = makeStudent(kind);
      const notes = await timmExporter.write(folder, exported);
      assert.match(
        notes.join("\n"),
        /with 6 classes: its maps are the student's within (0|\d\.\de-\d+), /,
      );
      const source = { model: `local-dir:${folder}`, weightsDir: folder };
      const { model, description } = await loadPretrained(source);
      assert.deepEqual(description.preprocessing.cropPct, exported.description.view.cropPct);
      const { images, visible } = viewPhotos([photo], exported.description);
      const maps = [
        exported.student.predict(images, visible),
        tf.tidy(() => tf.sigmoid(model.forward(images, { visible }).logits)),
      ];
      const [expected, actual] = await Promise.all(maps.map((map) => map.data()));
      assertClose(actual, expected, { tolerance: 1e-5, label: kind });
      tf.dispose([images, visible ?? [], maps]);
      model.dispose();
      exported.student.dispose();
    },
  );
}

testInFolder(
  "timmExporter writes timm's config.json, and what it does not ask for",
  async (folder) => {
    const exported = makeStudent("distilled");
    await timmExporter.write(folder, exported);
    exported.student.dispose();
    const config = JSON.parse(await Deno.readTextFile(join(folder, "config.json")));
    const { mean, std } = exported.description.model.preprocessing;
    assert.equal(config.architecture, "deit_tiny_distilled_patch16_224");
    assert.equal(config.num_classes, 6);
    assert.equal(config.model_args.num_classes, 6);
    const { crop_pct, crop_mode, interpolation, input_size, classifier } = config.pretrained_cfg;
    assert.deepEqual(input_size, [3, 24, 32]);
    assert.deepEqual([crop_pct, crop_mode, interpolation], [0.8, "center", "bilinear"]);
    assert.deepEqual([config.pretrained_cfg.mean, config.pretrained_cfg.std], [mean, std]);
    assert.deepEqual(classifier, ["head", "head_dist"]);
    const { grid, degradation, view } = exported.description;
    assert.deepEqual(
      config.attention_rollout,
      JSON.parse(JSON.stringify({ grid, degradation, view })),
    );
    const { tensors, metadata } = await readSafetensors(join(folder, "model.safetensors"));
    assert.deepEqual({ ...metadata }, { format: "pt" });
    assert.deepEqual(tensors.get("head_dist.weight")!.shape, [6, 8]);
    assert(![...tensors.keys()].some((key) => key.startsWith("projection")));
  },
);

/** The photo as PyTorch takes it, [1, 3, height, width], normalised on the base's scale. */
async function preparedPhoto({ description: { model, view } }: ExportedStudent) {
  const tensor = tf.tidy(() =>
    pixelTensor([photo.data], { ...model.preprocessing, imageSize: view.imageSize })
      .transpose([0, 3, 1, 2])
  );
  const values = [...await tensor.data()];
  tensor.dispose();
  return values;
}

for (const kind of studentKinds) {
  await testWithPython(
    "torch",
    `the card's program makes a ${kind} student's map in PyTorch, where a stand-in for timm loads its folder`,
    async (python, folder) => {
      const exported = makeStudent(kind);
      await timmExporter.write(folder, exported);
      const { images, visible } = viewPhotos([photo], exported.description);
      const map = exported.student.predict(images, visible);
      const expected = [...await map.data()];
      const { imageSize } = exported.description.view;
      const input = {
        photo: await preparedPhoto(exported),
        imageSize,
        visible: visible && [...await visible.data()],
      };
      const actual = await runCard(folder, { python, input });
      assert.deepEqual(actual.shape, [2, 3]);
      const largest = Math.max(...expected);
      const scaled = expected.map((value) => value / largest);
      assertClose(actual.rollout, scaled, { tolerance: 1e-5, label: kind });
      tf.dispose([images, visible ?? [], map]);
      exported.student.dispose();
    },
  );
}
