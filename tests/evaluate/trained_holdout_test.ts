import assert from "node:assert/strict";
import { join } from "node:path";
import { trainedHoldout } from "../../lib/evaluate/trained_holdout.ts";
import { float32Tensor, writeSafetensors } from "../../lib/weights/safetensors.ts";
import { temporaryFolder } from "../cache/cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";

/** What is read from a checkpoint whose metadata are these. */
async function holdoutOf(metadata: Record<string, string>): Promise<number | undefined> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "student.safetensors");
  const weight = float32Tensor([1], new Float32Array(1));
  await writeSafetensors(path, [["projection.bias", weight]], { metadata });
  return await trainedHoldout(path);
}

testWithFiles("trainedHoldout() reads the share from the options of the training", async () => {
  const training = {
    studentModel: "deit_tiny_patch16_224",
    holdout: 0.25,
    cache: { grid: [2, 3] },
  };
  assert.equal(await holdoutOf({ training: JSON.stringify(training), step: "12" }), 0.25);
  assert.equal(await holdoutOf({ training: '{"holdout":0}' }), 0);
});

testWithFiles("trainedHoldout() gives nothing where the checkpoint does not say", async () => {
  assert.equal(await holdoutOf({}), undefined);
  assert.equal(await holdoutOf({ training: '{"lr":0.001}' }), undefined);
});

testWithFiles("trainedHoldout() refuses damaged options, naming the file", async () => {
  for (const training of ["{", "3", '{"holdout":"0.1"}', '{"holdout":1}', '{"holdout":-0.1}']) {
    await assert.rejects(holdoutOf({ training }), {
      name: "SyntaxError",
      message: /^Cannot read student: .*student\.safetensors has damaged training options \(.+\); /,
    }, training);
  }
});
