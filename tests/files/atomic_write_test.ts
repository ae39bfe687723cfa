import assert from "node:assert/strict";
import { join } from "node:path";
import { onlyTemporaryOf, writeFileAtomically } from "../../lib/files/atomic_write.ts";
import { testWith } from "../support/permissions.ts";
import { temporaryFolder, testInFolder } from "../support/temporary_folder.ts";

const namesIn = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

async function* slowly(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}

testInFolder(
  "writeFileAtomically() writes text, bytes and pieces, and leaves nothing else",
  async (folder) => {
    const bytes = new TextEncoder().encode("grün");
    await writeFileAtomically(`${folder}/text`, "grün");
    await writeFileAtomically(`${folder}/bytes`, bytes);
    await writeFileAtomically(`${folder}/pieces`, [bytes.subarray(0, 3), bytes.subarray(3)]);
    await writeFileAtomically(`${folder}/stream`, slowly("gr", "", "ün"));
    await writeFileAtomically(`${folder}/empty`, []);
    for (const name of ["text", "bytes", "pieces", "stream"]) {
      assert.equal(await Deno.readTextFile(`${folder}/${name}`), "grün", name);
    }
    assert.equal((await Deno.stat(`${folder}/empty`)).size, 0);
    assert.deepEqual(namesIn(folder), ["bytes", "empty", "pieces", "stream", "text"]);
  },
);

testInFolder(
  "writeFileAtomically() says that a file stands in a folder's place",
  async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await assert.rejects(writeFileAtomically(`${folder}/file/below/text`, ""), {
      name: "Error",
      message:
        `Cannot write ${folder}/file/below/text: a file stands where the path has a folder, ` +
        "expected to write; name another folder",
    });
  },
);

testInFolder("writeFileAtomically() makes parent folders and replaces a file", async (folder) => {
  const path = `${folder}/a/b/c.txt`;
  await writeFileAtomically(path, "a longer first version");
  await writeFileAtomically(path, "second");
  assert.equal(await Deno.readTextFile(path), "second");
  assert.deepEqual(namesIn(`${folder}/a/b`), ["c.txt"]);
});

testInFolder(
  "writeFileAtomically() shows the old content until the new one is whole",
  async (folder) => {
    const path = `${folder}/file`;
    await Deno.writeTextFile(path, "old");
    const seen: string[] = [];
    async function* watched() {
      for await (const piece of slowly("new ", "content")) {
        yield piece;
        seen.push(await Deno.readTextFile(path));
      }
    }
    await writeFileAtomically(path, watched());
    assert.deepEqual(seen, ["old", "old"]);
    assert.equal(await Deno.readTextFile(path), "new content");
  },
);

testInFolder("writeFileAtomically() keeps the old file when the content fails", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "old");
  async function* failing() {
    yield* slowly("half");
    throw new Error("the source broke");
  }
  await assert.rejects(writeFileAtomically(path, failing()), { message: "the source broke" });
  assert.equal(await Deno.readTextFile(path), "old");
  assert.deepEqual(namesIn(folder), ["file"]);
});

testInFolder(
  "writeFileAtomically() cleans up when the target cannot be replaced",
  async (folder) => {
    await Deno.mkdir(`${folder}/taken/by a folder`, { recursive: true });
    await assert.rejects(writeFileAtomically(`${folder}/taken`, "text"));
    assert.deepEqual(namesIn(folder), ["taken"]);
    assert.deepEqual(namesIn(`${folder}/taken`), ["by a folder"]);
  },
);

testInFolder("writeFileAtomically() may be called for one target at once", async (folder) => {
  const path = `${folder}/file`;
  const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(1000));
  await Promise.all(
    texts.map((text) => writeFileAtomically(path, slowly(text.slice(0, 500), text.slice(500)))),
  );
  assert(texts.includes(await Deno.readTextFile(path)));
  assert.deepEqual(namesIn(folder), ["file"]);
});

testWith(
  ["read", "write", "run"],
  "writeFileAtomically() replaces a file with permission for it and its temporary name alone",
  async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "picture.png");
    const module = join(folder.path, "write.ts");
    const writing = new URL("../../lib/files/atomic_write.ts", import.meta.url).href;
    await Deno.writeTextFile(
      module,
      `import { writeFileAtomically } from ${JSON.stringify(writing)};
      await writeFileAtomically(${JSON.stringify(path)}, "new");`,
    );
    await Deno.writeTextFile(path, "old");
    const temporary = onlyTemporaryOf(path);
    await Deno.writeTextFile(temporary, "left by a process that was killed");
    const flags = ["--no-prompt", `--allow-read=${path},${temporary}`];
    const run = (write: string) =>
      new Deno.Command(Deno.execPath(), { args: ["run", ...flags, write, module] }).output();
    assert.equal((await run(`--allow-write=${path}`)).code, 1);
    assert.equal(await Deno.readTextFile(path), "old");
    assert.equal((await run(`--allow-write=${path},${temporary}`)).code, 0);
    assert.equal(await Deno.readTextFile(path), "new");
    assert.deepEqual(namesIn(folder.path), ["picture.png", "write.ts"]);
  },
);
