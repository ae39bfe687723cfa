import assert from "node:assert/strict";
import { join } from "node:path";
import { readAt } from "../../lib/files/read_at.ts";
import { testInFolder } from "../support/temporary_folder.ts";

testInFolder("readAt() reads a place of a file, and less where it ends", async (folder) => {
  const path = join(folder, "file");
  await Deno.writeFile(path, Uint8Array.of(1, 2, 3, 4));
  using file = await Deno.open(path);
  assert.deepEqual(readAt(file, { offset: 1, bytes: 2 }), Uint8Array.of(2, 3));
  assert.deepEqual(readAt(file, { offset: 0, bytes: 1 }), Uint8Array.of(1));
  assert.deepEqual(readAt(file, { offset: 3, bytes: 5 }), Uint8Array.of(4));
  assert.deepEqual(readAt(file, { offset: 9, bytes: 5 }), new Uint8Array());
});
