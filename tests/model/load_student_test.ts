import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { parseStudent } from "../../lib/model/load_student.ts";
import { openStudent } from "../../lib/model/student_checkpoint.ts";
import { serialiseSafetensors } from "../../lib/weights/safetensors.ts";
import { testWith } from "../support/permissions.ts";

await openBackend("cpu");

const path = join("data", "sample", "students", "masked.safetensors");

testWith(["read"], "parseStudent() makes of bytes what openStudent() makes of a file", async () => {
  using opened = await openStudent(path);
  using parsed = await parseStudent(await Deno.readFile(path));
  assert.deepEqual(parsed.description, opened.description);
  assert.deepEqual(parsed.metadata, opened.metadata);
  for (const [name, variable] of opened.student.parameters) {
    assert.deepEqual(
      await parsed.student.parameters.get(name)!.data(),
      await variable.data(),
      name,
    );
  }
});

testWith(["read"], "a student that is disposed of leaves nothing on the backend", async () => {
  const before = tf.memory().numTensors;
  {
    using checkpoint = await parseStudent(await Deno.readFile(path));
    assert(tf.memory().numTensors > before);
    assert(checkpoint.student.parameterCount > 0);
  }
  assert.equal(tf.memory().numTensors, before);
});

testWith(
  ["read"],
  "parseStudent() refuses damaged bytes and other files by the name given",
  async () => {
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 1] ^= 1;
    await assert.rejects(parseStudent(bytes, { name: "fetched" }), {
      name: "SyntaxError",
      message: /fetched: the SHA-256/,
    });
    const foreign = serialiseSafetensors([]);
    await assert.rejects(parseStudent(foreign), { name: "SyntaxError", message: /student/ });
  },
);
