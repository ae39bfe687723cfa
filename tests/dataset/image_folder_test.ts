import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { listImages } from "../../lib/dataset/image_folder.ts";
import { testInFolder } from "../support/temporary_folder.ts";

testInFolder("listImages() finds photos in all folders, by code units", async (folder) => {
  await putFiles(folder, ["b.png", "B.JPG", "a/z.jpeg", "a.gif", "a-b/1.png", "é.png"]);
  assert.deepEqual(
    await listImages(folder),
    ["B.JPG", "a-b/1.png", "a.gif", "a/z.jpeg", "b.png", "é.png"],
  );
  assert.deepEqual(await listImages(folder + "/"), await listImages(folder));
});

testInFolder("listImages() passes over hidden files and what is no photo", async (folder) => {
  const others = [".hidden.png", ".thumbs/a.png", "notes.txt", "png", "a.png.part", "c.tif"];
  await putFiles(folder, ["ok.png", ...others]);
  assert.deepEqual(await listImages(folder), ["ok.png"]);
});

testInFolder("listImages() takes a folder named like a photo for a folder", async (folder) => {
  await putFiles(folder, ["trip.jpg/a.png"]);
  assert.deepEqual(await listImages(folder), ["trip.jpg/a.png"]);
});

testInFolder("listImages() follows links and survives loops", async (folder) => {
  await putFiles(folder, ["in/a.png", "real/b.png", "real/deep/c.png"]);
  await Deno.symlink("../real", join(folder, "in", "link"));
  await Deno.symlink("..", join(folder, "real", "up"));
  await Deno.symlink("in/a.png", join(folder, "same.png"));
  await Deno.symlink("loop", join(folder, "loop"));
  await Deno.symlink("nowhere", join(folder, "dangling.png"));
  const inLink = ["link/b.png", "link/deep/c.png"];
  const inReal = ["real/b.png", "real/deep/c.png"];
  assert.deepEqual(
    await listImages(folder),
    ["dangling.png", "in/a.png", ...inLink.map((path) => `in/${path}`), ...inReal, "same.png"],
  );
  // From within, the way up through the link leads to the rest once, and not round again.
  const above = ["dangling.png", "same.png"].map((path) => `link/up/${path}`);
  assert.deepEqual(await listImages(join(folder, "in")), ["a.png", ...inLink, ...above]);
});

testInFolder("listImages() names a folder that is missing or without photos", async (folder) => {
  await putFiles(folder, ["empty/notes.txt", "a.png"]);
  for (const name of ["missing", "a.png"]) {
    const path = join(folder, name);
    await assert.rejects(listImages(path), {
      message: `Cannot list photos: ${path} is no folder; make it and put photos there, ` +
        "or name another with --dataset-path",
    });
  }
  const empty = join(folder, "empty");
  await assert.rejects(listImages(empty), {
    message: `Cannot list photos: ${empty} holds none (.jpg .jpeg .png .gif); ` +
      "put photos there, or name another folder with --dataset-path",
  });
});

async function putFiles(folder: string, names: string[]): Promise<void> {
  for (const name of names) {
    await Deno.mkdir(join(folder, dirname(name)), { recursive: true });
    await Deno.writeFile(join(folder, name), new Uint8Array());
  }
}
