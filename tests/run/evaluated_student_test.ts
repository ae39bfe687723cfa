import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256OfFile } from "../../lib/files/sha256.ts";
import { isEvaluationOf } from "../../lib/run/evaluated_student.ts";
import { testInFolder } from "../support/temporary_folder.ts";

testInFolder(
  "isEvaluationOf() goes by a student's bytes, not by where they lie",
  async (folder) => {
    const [here, elsewhere] = ["a.safetensors", "b.safetensors"].map((name) => join(folder, name));
    await Deno.writeTextFile(here, "weights");
    await Deno.copyFile(here, elsewhere);
    const evaluated = { checkpoint: here, checkpointSha256: await sha256OfFile(here) };
    assert(await isEvaluationOf(evaluated, here));
    assert(await isEvaluationOf(evaluated, elsewhere));
    await Deno.writeTextFile(here, "other weights");
    assert(!await isEvaluationOf(evaluated, here));
  },
);

testInFolder("isEvaluationOf() goes by the path where no bytes were noted", async (folder) => {
  const checkpoint = join(folder, "a.safetensors");
  assert(await isEvaluationOf({ checkpoint }, join(folder, "sub", "..", "a.safetensors")));
  assert(!await isEvaluationOf({ checkpoint }, join(folder, "b.safetensors")));
});
