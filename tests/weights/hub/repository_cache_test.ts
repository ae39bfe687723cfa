import assert from "node:assert/strict";
import { join } from "node:path";
import { isCommit, RepositoryCache } from "../../../lib/weights/hub/repository_cache.ts";
import { testInFolder } from "../../support/temporary_folder.ts";
import { namesIn } from "./hub_place.ts";

const commit = "c0ffee".padEnd(40, "0");
const file = "sub/model.safetensors";

Deno.test("isCommit() tells commits from branches and short forms", () => {
  assert(isCommit(commit));
  for (const other of ["main", "c0ffee", commit.toUpperCase(), `${commit}0`, ""]) {
    assert(!isCommit(other), other);
  }
});

testInFolder(
  "RepositoryCache.place() links a blob, and mends a link without one",
  async (folder) => {
    const cache = new RepositoryCache(folder, "org/model");
    const blob = cache.blob("abc");
    await Deno.mkdir(join(cache.folder, "blobs"), { recursive: true });
    await Deno.writeTextFile(blob, "weights");
    assert.equal(await cache.find(commit, file), undefined);
    const path = await cache.place(commit, file, "abc");
    assert.equal(path, join(cache.folder, "snapshots", commit, file));
    assert.equal(await Deno.readLink(path), join("..", "..", "..", "blobs", "abc"));
    assert.equal(await cache.find(commit, file), path);

    await Deno.remove(blob);
    assert.equal(await cache.find(commit, file), undefined, "its blob was deleted");
    await Deno.writeTextFile(cache.blob("def"), "others");
    assert.equal(await Deno.readTextFile(await cache.place(commit, file, "def")), "others");
  },
);

testInFolder("RepositoryCache.commitOf() takes nothing but a commit from refs", async (folder) => {
  const cache = new RepositoryCache(folder, "org/model");
  assert.equal(await cache.commitOf("main"), undefined);
  assert.equal(await cache.commitOf(commit), commit);
  await cache.remember("main", commit);
  await cache.remember("refs/pr/1", commit);
  await cache.remember(commit, commit);
  assert.deepEqual(namesIn(join(cache.folder, "refs")), ["main", "refs"]);
  for (const revision of ["main", "refs/pr/1"]) {
    assert.equal(await cache.commitOf(revision), commit);
  }
  for (const damaged of ["", "../../../etc", commit.slice(1), `${commit}\n${commit}`]) {
    await Deno.writeTextFile(join(cache.folder, "refs", "main"), damaged);
    assert.equal(await cache.commitOf("main"), undefined, damaged);
  }
});

testInFolder("RepositoryCache.noteAbsent() keeps in mind what a commit lacks", async (folder) => {
  const cache = new RepositoryCache(folder, "org/model");
  assert.equal(await cache.isAbsent(commit, file), false);
  await cache.noteAbsent(commit, file);
  assert.equal(await cache.isAbsent(commit, file), true);
  assert.equal(await cache.isAbsent(commit, "config.json"), false);
  assert.equal((await Deno.stat(join(cache.folder, ".no_exist", commit, file))).size, 0);
});

Deno.test("RepositoryCache keeps every name in its own folder", () => {
  const cache = new RepositoryCache("cache", "org/model");
  assert.equal(cache.folder, join("cache", "models--org--model"));
  assert.equal(cache.lock("abc"), join("cache", ".locks", "models--org--model", "abc.lock"));
  for (const etag of ["..", "a/../../b", "a\\b", "c:d", "a\0b"]) {
    assert.throws(() => cache.blob(etag), { name: "RangeError", message: /ETag is / });
  }
  for (const name of ["model", "a/b/c", "../b", "a/..", "a--b/c", "a/b--c", "/b", "a/", "a b/c"]) {
    assert.throws(() => new RepositoryCache("cache", name), { message: /expected ORG\/NAME$/ });
  }
});
