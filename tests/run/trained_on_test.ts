import assert from "node:assert/strict";
import { join } from "node:path";
import { trainedOn } from "../../lib/run/trained_on.ts";
import { float32Tensor, writeSafetensors } from "../../lib/weights/safetensors.ts";
import { testWithFiles } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** What is read from a checkpoint whose metadata are these. */
async function read(metadata: Record<string, string>) {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "student.safetensors");
  const weight = float32Tensor([1], new Float32Array(1));
  await writeSafetensors(path, [["projection.bias", weight]], { metadata });
  return await trainedOn(path);
}

const dataset = { imageCount: 3, pathsSha256: "a".repeat(64) };

testWithFiles(
  "trainedOn() reads the share and the photos from the options of the training",
  async () => {
    const training = { studentModel: "deit_tiny_patch16_224", holdout: 0.25, dataset, cache: {} };
    assert.deepEqual(await read({ training: JSON.stringify(training), step: "12" }), {
      holdout: 0.25,
      datasetSha256: dataset.pathsSha256,
    });
  },
);

testWithFiles("trainedOn() gives nothing where the checkpoint does not say", async () => {
  assert.equal(await read({}), undefined);
});

testWithFiles("trainedOn() refuses damaged options, naming the file", async () => {
  const damaged = ['"0.1"', "1", "-0.1"].map((holdout) =>
    `{"holdout":${holdout},"dataset":${JSON.stringify(dataset)}}`
  );
  for (const training of ["{", "3", '{"holdout":0.1}', ...damaged]) {
    await assert.rejects(read({ training }), {
      name: "SyntaxError",
      message: /^Cannot read student: .*student\.safetensors has damaged training options \(.+\); /,
    }, training);
  }
});
