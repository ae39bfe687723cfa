import assert from "node:assert/strict";
import { parse } from "yaml";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { writeModelCard } from "../../lib/export/model_card.ts";
import type { ExportedStudent } from "../../lib/export/exporter.ts";
import { evaluation } from "./evaluation.ts";
import { makeStudent, type StudentKind } from "./students.ts";

await openBackend("cpu");

const training = {
  studentModel: "deit_tiny_distilled_patch16_224",
  fromScratch: false,
  degradation: { strategy: "DOWNSIZE", factor: 3 },
  linearLayerEpochs: 4,
  ftEpochs: 16,
  batchSize: 32,
  lr: 0.01,
  augment: true,
  holdout: 0.2,
  seed: 3,
  dataset: { imageCount: 480, pathsSha256: "b".repeat(64) },
  cache: {
    teacher: { name: "deit3_large_patch16_224.fb_in1k", args: {}, weightsSha256: "a".repeat(64) },
    rollout: { mode: "paper", headFusion: "mean", discardRatio: 0.95 },
  },
};

/** The card of a student, and its YAML read. */
function cardOf(more: Partial<ExportedStudent> = {}, kind: StudentKind = "plain") {
  const exported = makeStudent(kind);
  exported.student.dispose();
  const card = writeModelCard({
    ...exported,
    metadata: { training: JSON.stringify(training) },
    evaluation,
    ...more,
  });
  const [, yaml, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(card)!;
  return { card, metadata: parse(yaml), body };
}

Deno.test("writeModelCard() begins with what the hub reads", () => {
  assert.deepEqual(cardOf().metadata, {
    library_name: "timm",
    pipeline_tag: "image-feature-extraction",
    tags: ["timm", "attention-rollout", "saliency", "knowledge-distillation", "vision-transformer"],
    base_model: "timm/deit_tiny_distilled_patch16_224.fb_in1k",
    license: "other",
    license_name: "terms-of-teacher-and-base",
  });
});

Deno.test("writeModelCard() names a base only where the hub has it", () => {
  const baseOf = (change: object) =>
    cardOf({ metadata: { training: JSON.stringify({ ...training, ...change }) } }).metadata
      .base_model;
  assert.equal(baseOf({ studentModel: "hf-hub:org/name" }), "org/name");
  assert.equal(baseOf({ studentModel: "hf-hub:org/name@refs/pr/1" }), "org/name");
  for (
    const change of [
      { fromScratch: true },
      { studentModel: "local-dir:base" },
      { studentModel: "no_such_model" },
      { studentModel: undefined },
    ]
  ) assert.equal(baseOf(change), undefined, JSON.stringify(change));
});

Deno.test("writeModelCard() says at which commits teacher and base were downloaded", () => {
  const [studentCommit, commit] = ["c".repeat(40), "d".repeat(40)];
  const teacher = { ...training.cache.teacher, commit };
  const known = { ...training, studentCommit, cache: { ...training.cache, teacher } };
  const { body } = cardOf({ metadata: { training: JSON.stringify(known) } });
  assert(body.includes(`| its commit on the hub | \`${commit}\` |`), body);
  assert(body.includes(`| the base's commit on the hub | \`${studentCommit}\` |`), body);
  assert(!cardOf().body.includes("commit"));
});

Deno.test("writeModelCard() tells what the student sees and what it was trained on", () => {
  const { body } = cardOf();
  const rows = [
    "| sees | 8×10 pixels of 24×32 |",
    "| teacher | `deit3_large_patch16_224.fb_in1k` |",
    "| its rollout | `paper`, heads by `mean`, discard ratio 0.95 |",
    "| base | `deit_tiny_distilled_patch16_224` |",
    "| photos | 480 |",
    "| epochs of the projection alone | 4 |",
    "| epochs of everything, at a tenth of the rate | 16 |",
    "| seed | 3 |",
  ];
  for (const row of rows) assert(body.split("\n").includes(row), row);
  assert.match(body, /the 2×3 patches of the map/);
});

Deno.test("writeModelCard() says how far the training was when the file was written", () => {
  const metadata = { training: JSON.stringify(training) };
  assert.match(
    cardOf({ metadata: { ...metadata, step: "48" } }).body,
    /as it was after 48 steps\./,
  );
  assert.doesNotMatch(cardOf({ metadata }).body, /steps/);
});

Deno.test("writeModelCard() names no terms of random weights", () => {
  const scratch = { ...training, fromScratch: true };
  const { body } = cardOf({ metadata: { training: JSON.stringify(scratch) } });
  assert.match(body, /the terms of `deit3_large_patch16_224\.fb_in1k`, and of the photos/);
});

Deno.test("writeModelCard() sets the scores side by side, and no path of the machine", () => {
  const { card, body } = cardOf();
  const lines = body.split("\n");
  assert(lines.includes("| | student | mean training map |"));
  assert(lines.includes("| CC ↑ | **0.488** (0.438 to 0.538) | 0.222 |"));
  assert(lines.includes("| KL ↓ | **1.265** (1.215 to 1.315) | – |"));
  assert.match(body, /teacher's maps of 95 photos that were held out of its training: /);
  assert(!card.includes("/home/"), card);
});

Deno.test("writeModelCard() says whether the student may have learnt from what it was scored on", () => {
  const scoredWith = (change: object) =>
    cardOf({ metadata: { training: JSON.stringify({ ...training, ...change }) } }).body;
  assert.match(scoredWith({ holdout: 0.1 }), /95 photos, some of which it was trained on: /);
  const dataset = { imageCount: 480, pathsSha256: "c".repeat(64) };
  assert.match(scoredWith({ dataset }), /95 photos from another list than it was trained on \(/);
  assert.match(cardOf({ metadata: {} }).body, /95 photos, of which it is not known whether/);
});

Deno.test("writeModelCard() claims nothing of a student that was not scored", () => {
  const { body } = cardOf({ evaluation: undefined, metadata: {} });
  assert(!body.includes("## Scores"));
  assert.match(body, /has not been scored: nothing is claimed/);
  assert.match(body, /the terms of the teacher, the base and the photos/);
});

Deno.test("writeModelCard() says how a masked student is to be used", () => {
  const { body } = cardOf({}, "masked");
  assert.match(body, /visible = torch\.randperm\(48\)\[:24\]/);
  assert.match(body, /dropped before the first block/);
  assert(!body.includes("interpolate"));
  assert.match(cardOf({}, "maskedResized").body, /photo = interpolate\(photo, \(16, 16\)/);
});

Deno.test("writeModelCard() lets no text of a stranger's file become markup", () => {
  const name = "a`|\n---\nlicense: mit\n<img src=x> **b** https://x.org www.x.org";
  const cache = { teacher: { name }, rollout: { mode: name } };
  const stranger = { ...training, studentModel: `hf-hub:${name}`, cache };
  const titled = (title: string) => ({ name: title, title: name });
  const { metadata, body } = cardOf({
    name,
    metadata: { training: JSON.stringify(stranger) },
    evaluation: {
      ...evaluation,
      predictors: [{ ...titled("student"), kind: "student" }],
      measures: [{ ...titled("cc"), better: "higher" }],
    },
  });
  assert.equal(metadata.license, "other");
  assert.equal(metadata.base_model, name);
  for (const line of body.split("\n")) {
    assert.notEqual(line, "---");
    const outsideCode = line.replaceAll(/`[^`]*`/g, "");
    assert.doesNotMatch(outsideCode, /(?<!\\)(<img|\*\*b|https:|www\.)/, line);
    assert.doesNotMatch(line, /undefined/);
  }
});

Deno.test("writeModelCard() refuses damaged training options", () => {
  const whole = JSON.stringify(training);
  for (
    const metadata of [
      ...["{", '{"seed":"x"}', "3"].map((text) => ({ training: text })),
      { training: whole, step: "many" },
    ]
  ) {
    assert.throws(() => cardOf({ metadata }), {
      name: "SyntaxError",
      message: /damaged training options/,
    });
  }
});

Deno.test("writeModelCard() has a section for each format beside the timm model", () => {
  assert.doesNotMatch(cardOf().body, /^## (ONNX|Checkpoint)$/m);
  const { body } = cardOf({ formats: ["timm", "onnx", "checkpoint"] });
  assert.match(
    body,
    /^## ONNX\n\n`student\.onnx` is .*, from image \(float32 \[batch, 3, 24, 32\]\) to map/m,
  );
  assert.match(body, /^## Checkpoint\n\n`student\.safetensors` /m);
  const without = { formats: ["timm", "onnx"], includeDegradation: false } as const;
  const masked = cardOf(without, "masked").body;
  assert.match(masked, /\) and visible \(int64 \[batch, visible\]\) to map .* to its caller\./);
  assert.match(masked, /^inputs\["visible"\] = /m);
  assert(!cardOf(without).body.includes("onnxruntime"), "neither Pillow nor NumPy pixelates so");
});
