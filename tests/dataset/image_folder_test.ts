import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { listImages } from "../../lib/dataset/image_folder.ts";
import { temporaryFolder, testInFolder, testWithProgrammes } from "../support/temporary_folder.ts";

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

testInFolder("listImages() warns of pictures of other kinds, counted", async (folder) => {
  await putFiles(folder, ["a.png", "b.webp", "s/c.WEBP", "s/d.heic", "notes.txt", ".e.webp"]);
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  assert.deepEqual(await listImages(folder, { onWarning }), ["a.png"]);
  assert.deepEqual(warnings, [
    `3 pictures in ${folder} of kinds that are not read (.webp 2, .heic 1): ` +
    "convert them to JPEG or PNG, or go on without them",
  ]);
  await Deno.remove(join(folder, "a.png"));
  await assert.rejects(listImages(folder, { onWarning }), { message: /holds none/ });
  assert.equal(warnings.length, 2); // it explains why there are none
});

testWithProgrammes("listImages() warns of names that it cannot give", async (folder) => {
  const odd = ["a\\..\\b.png", "\\c.png", "d\\e.png", "\ufffd.png"];
  await putFiles(folder, odd);
  await new Deno.Command("sh", {
    args: ["-c", "touch \"$(printf 'bad\\377.png')\"; mkdir \"$(printf 'dir\\351')\""],
    cwd: folder,
  }).output();
  const warnings: string[] = [];
  const listed = await listImages(folder, { onWarning: (message) => warnings.push(message) });
  assert.deepEqual(listed, ["d\\e.png", "\ufffd.png"]);
  warnings.sort().reverse();
  assert.match(
    warnings[0],
    /^2 of .* not UTF-8, .*: rename them \("(bad|dir)\ufffd(\.png)?", ".*"\)$/,
  );
  assert.match(warnings[1], /^2 of .* have names in which "\\" would lead .*: rename them/);
});

testInFolder("listImages() comes to an end among links to links", async (folder) => {
  const depth = 20; // without a limit, 2^20 ways lead to the last folder
  for (let level = 0; level < depth; level++) {
    await putFiles(folder, [`${level}/a.png`]);
    for (const name of ["left", "right"]) {
      await Deno.symlink(join("..", String(level + 1)), join(folder, String(level), name));
    }
  }
  await putFiles(folder, [`${depth}/a.png`]);
  const warnings: string[] = [];
  const listed = await listImages(join(folder, "0"), { onWarning: (line) => warnings.push(line) });
  assert.ok(listed.length > depth && listed.length <= 100 * depth, `${listed.length}`);
  assert.match(warnings.join(), /are met again and again through links to links/);
});

testWithProgrammes(
  "listImages() goes on beside a folder that it may not look into",
  async (folder) => {
    await putFiles(folder, ["a.png", "closed/b.png"]);
    await Deno.chmod(join(folder, "closed"), 0);
    const listed = await listAsNobody(folder);
    if (typeof listed === "string") return console.log(`skipped: ${listed}`);
    assert.deepEqual(listed.paths, ["a.png"]);
    assert.match(
      listed.warnings.join(),
      /cannot be looked into: see to their permissions \("closed\/"\)/,
    );
  },
);

/** What {@linkcode listImages} gives to a user without rights; why that cannot be tried, where it cannot. */
async function listAsNobody(
  folder: string,
): Promise<{ paths: string[]; warnings: string[] } | string> {
  const module = new URL("../../lib/dataset/image_folder.ts", import.meta.url);
  const programme = `import { listImages } from ${JSON.stringify(module)};
    const warnings = [];
    const paths = await listImages(${
    JSON.stringify(folder)
  }, { onWarning: (it) => warnings.push(it) });
    console.log(JSON.stringify({ paths, warnings }));`;
  await using cache = await temporaryFolder();
  for (const path of [cache.path, folder]) await Deno.chmod(path, 0o777);
  const deno = [Deno.execPath(), "eval", "--no-config", "--no-lock", programme];
  const [command, ...args] = Deno.uid() === 0
    ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...deno]
    : deno;
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args,
      env: { DENO_DIR: cache.path },
    }).output();
    const text = new TextDecoder().decode(success ? stdout : stderr);
    return success ? JSON.parse(text) : text;
  } catch (error) {
    return (error as Error).message; // no setpriv here
  }
}
