import assert from "node:assert/strict";
import { join } from "node:path";
import { ifPresent, namesIn } from "../../lib/files/if_present.ts";
import { testInFolder } from "../support/temporary_folder.ts";

testInFolder("ifPresent() gives what is there, and undefined for what is not", async (folder) => {
  const file = join(folder, "a.txt");
  assert.equal(await ifPresent(Deno.readTextFile(file)), undefined);
  await Deno.writeTextFile(file, "here");
  assert.equal(await ifPresent(Deno.readTextFile(file)), "here");
});

testInFolder("ifPresent() lets every other error through", async (folder) => {
  await assert.rejects(ifPresent(Deno.readTextFile(folder)));
  await assert.rejects(ifPresent(Promise.reject(new SyntaxError("damaged"))), SyntaxError);
});

testInFolder(
  "namesIn() sorts the names of a folder, and has none where there is no folder",
  async (folder) => {
    for (const name of ["b", "a", "C"]) await Deno.writeTextFile(join(folder, name), "");
    assert.deepEqual(await namesIn(folder), ["C", "a", "b"]);
    assert.deepEqual(await namesIn(join(folder, "nowhere")), []);
  },
);
