/**
 * The students that ship with the project, on the scenes that ship with it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { evaluate } from "../../lib/evaluate/evaluate.ts";
import { testWith } from "../support/permissions.ts";

const sample = fileURLToPath(new URL("../../data/sample/", import.meta.url));
const sizeLimit = 2 * 2 ** 20;

for (const name of ["pixelating", "small-image", "masked"]) {
  testWith(["read"], `the ${name} student beats both baselines on unseen scenes`, async () => {
    await openBackend("wasm");
    const checkpointPath = join(sample, "students", `${name}.safetensors`);
    const { summary: { scores, photos } } = await evaluate({
      checkpointPath,
      datasetPath: join(sample, "images"),
      rolloutDir: join(sample, "rollouts"),
      holdout: 0.75,
      batchSize: 32,
      seed: 0,
    });
    assert(photos > 50, `${photos} scenes are scored`);
    const [student, meanMap, gaussian] = ["student", "meanMap", "gaussian"].map((name) => ({
      cc: scores[name].cc.mean,
      kl: scores[name].kl.mean,
    }));
    assert(student.cc > Math.max(meanMap.cc, gaussian.cc) + 0.1, `CC ${student.cc}`);
    assert(student.kl < Math.min(meanMap.kl, gaussian.kl) - 0.1, `KL ${student.kl}`);
    assert((await Deno.stat(checkpointPath)).size <= sizeLimit);
  });
}

testWith(["read"], "the sample's models are small enough to ship", async () => {
  for (const folder of ["teacher", "student-base"]) {
    const { size } = await Deno.stat(join(sample, folder, "model.safetensors"));
    assert(size <= sizeLimit, `${folder} has ${size} bytes`);
  }
});
