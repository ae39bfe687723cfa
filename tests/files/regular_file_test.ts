import assert from "node:assert/strict";
import { join } from "node:path";
import { ifPresent } from "../../lib/files/if_present.ts";
import { readRegularFile, readRegularTextFile } from "../../lib/files/regular_file.ts";
import { testInFolder, testWithProgrammes } from "../support/temporary_folder.ts";

testInFolder("readRegularFile() reads a file and what a link leads to", async (folder) => {
  const [file, link] = ["file", "link"].map((name) => join(folder, name));
  await Deno.writeTextFile(file, "äöü");
  await Deno.symlink(file, link);
  assert.equal(await readRegularTextFile(link, { maxBytes: 6 }), "äöü");
  await assert.rejects(readRegularFile(link, { maxBytes: 5, remedy: "raise it" }), {
    name: "RangeError",
    message: `Cannot read ${link}: it has 6 bytes, expected at most 5; raise it`,
  });
  assert.equal(await ifPresent(readRegularFile(join(folder, "none"), { maxBytes: 5 })), undefined);
});

testWithProgrammes(
  "readRegularFile() refuses folders, devices, pipes and sockets",
  async (folder) => {
    const [pipe, socket] = ["pipe", "socket"].map((name) => join(folder, name));
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    using _listener = Deno.listen({ transport: "unix", path: socket });
    const kinds = {
      [folder]: "a folder",
      "/dev/zero": "a device",
      [pipe]: "a pipe",
      [socket]: "a socket",
    };
    for (const [path, kind] of Object.entries(kinds)) {
      await assert.rejects(readRegularFile(path, { maxBytes: 1e9 }), {
        message: `Cannot read ${path}: it is ${kind}, expected a regular file`,
      });
    }
  },
);
