import assert from "node:assert/strict";
import { isLocked, takeLock } from "../../lib/files/lock.ts";
import { testWith } from "../support/permissions.ts";
import { temporaryFolder, testInFolder } from "../support/temporary_folder.ts";

const refusal = "somebody else is at work";
const namesIn = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

/** Runs a body while `tryLock` is another. */
async function withTryLock(
  tryLock: typeof Deno.FsFile.prototype.tryLock,
  body: () => Promise<void>,
): Promise<void> {
  const original = Deno.FsFile.prototype.tryLock;
  Deno.FsFile.prototype.tryLock = tryLock;
  try {
    await body();
  } finally {
    Deno.FsFile.prototype.tryLock = original;
  }
}

testInFolder("takeLock() lets one in, refuses others, and leaves no trace", async (folder) => {
  const path = `${folder}/made/.lock`;
  {
    await using _lock = await takeLock(path, { refusal });
    assert.deepEqual(namesIn(`${folder}/made`), [".lock"]);
    for (const shared of [false, true]) {
      await assert.rejects(takeLock(path, { shared, refusal }), {
        name: "Error",
        message: refusal,
      });
    }
    assert.equal(await isLocked(path), true);
  }
  assert.deepEqual(namesIn(folder), []);
  assert.equal(await isLocked(path), false);
  {
    await using _again = await takeLock(path, { refusal });
    await Deno.writeTextFile(`${folder}/made/work`, "");
  }
  assert.deepEqual(namesIn(`${folder}/made`), ["work"]);
  await Deno.remove(`${folder}/made/work`);
  {
    await using _again = await takeLock(path, { refusal });
  }
  assert.deepEqual(namesIn(folder), ["made"], "it was there before");
});

testInFolder("takeLock() waits for others where it has patience", async (folder) => {
  const path = `${folder}/.lock`;
  const patience = new AbortController();
  let waits = 0;
  const options = { refusal, patience: patience.signal, onWait: () => void waits++ };
  const first = await takeLock(path, { refusal });
  let isOurs = false;
  const second = takeLock(path, options).then((lock) => {
    isOurs = true;
    return lock;
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual([isOurs, waits], [false, 1]);
  await first[Symbol.asyncDispose]();
  {
    await using _second = await second;
    const reason = new Error("enough");
    const third = takeLock(path, options).catch((error) => error);
    patience.abort(reason);
    assert.equal(await third, reason);
  }
  assert.deepEqual(namesIn(folder), []);
});

testInFolder("takeLock() makes its folder again that the last holder removed", async (folder) => {
  const { mkdir } = Deno;
  let removals = 0;
  Deno.mkdir = async (path, options) => {
    await mkdir(path, options);
    if (removals++ === 0) await Deno.remove(path); // as its holder may, between making and opening
  };
  try {
    await using _lock = await takeLock(`${folder}/made/.lock`, { refusal });
    assert.deepEqual(namesIn(`${folder}/made`), [".lock"]);
  } finally {
    Deno.mkdir = mkdir;
  }
});

testInFolder("takeLock() shares a lock with those who share it alone", async (folder) => {
  const path = `${folder}/.lock`;
  {
    await using _one = await takeLock(path, { shared: true, refusal });
    await using _other = await takeLock(path, { shared: true, refusal });
    await assert.rejects(takeLock(path, { refusal }), { message: refusal });
  }
  assert.equal(await isLocked(path), false);
  assert.deepEqual(namesIn(folder), [".lock"], "whoever takes it alone removes it");
  await (await takeLock(path, { refusal }))[Symbol.asyncDispose]();
  assert.deepEqual(namesIn(folder), []);
});

testInFolder("takeLock() lets only one of many in at a time", async (folder) => {
  const path = `${folder}/.lock`;
  let inside = 0;
  let entered = 0;
  const enter = async () => {
    for (let attempt = 0; attempt < 50; attempt++) {
      try {
        await using _lock = await takeLock(path, { refusal });
        assert.equal(++inside, 1);
        entered++;
        await new Promise((resolve) => setTimeout(resolve));
        inside--;
      } catch (error) {
        assert.equal((error as Error).message, refusal);
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, enter));
  assert(entered >= 8, `${entered} of 400`);
  assert.deepEqual(namesIn(folder), []);
});

testInFolder(
  "takeLock() does not take a file for locked that is no longer there",
  async (folder) => {
    const path = `${folder}/.lock`;
    const original = Deno.FsFile.prototype.tryLock;
    let calls = 0;
    const removeFirst = async function (this: Deno.FsFile, exclusive?: boolean) {
      if (calls++ === 0) await Deno.remove(path); // its holder has just released it
      return await original.call(this, exclusive);
    };
    await withTryLock(removeFirst, async () => {
      await using _lock = await takeLock(path, { refusal });
      assert.equal(calls, 2);
      await assert.rejects(takeLock(path, { refusal }), { message: refusal });
    });
  },
);

testInFolder("takeLock() goes on with a warning where there are no locks", async (folder) => {
  const path = `${folder}/.lock`;
  const reasons = [
    "No locks available (os error 37)",
    "Function not implemented (os error 38)",
    "Operation not supported (os error 95)",
  ];
  for (const reason of reasons) {
    await withTryLock(() => Promise.reject(new Error(reason)), async () => {
      const warnings: string[] = [];
      const onWarning = (message: string) => warnings.push(message);
      {
        await using _lock = await takeLock(path, { refusal, onWarning });
      }
      assert.equal(warnings.length, 1);
      assert(warnings[0].startsWith(`${path} cannot be locked (${reason})`), warnings[0]);
      assert.deepEqual(namesIn(folder), []);
      await Deno.writeTextFile(path, "");
      assert.equal(await isLocked(path), false);
      await Deno.remove(path);
    });
  }
});

testInFolder("takeLock() passes on any other failure of the file system", async (folder) => {
  const failure = new Error("Input/output error (os error 5)");
  await withTryLock(() => Promise.reject(failure), async () => {
    await assert.rejects(takeLock(`${folder}/.lock`, { refusal }), failure);
    await assert.rejects(isLocked(`${folder}/.lock`), failure);
  });
});

testInFolder("a lock outlives its folder's removal without an error", async (folder) => {
  await Deno.mkdir(`${folder}/gone`);
  await using _lock = await takeLock(`${folder}/gone/.lock`, { refusal });
  await Deno.remove(`${folder}/gone`, { recursive: true });
});

testWith(["read", "write", "run"], "a lock ends with its process, however that ends", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/.lock`;
  const holder = `
    import { takeLock } from "${new URL("../../lib/files/lock.ts", import.meta.url)}";
    const lock = await takeLock("${path}", { refusal: "" });
    console.log("held");
    setInterval(() => lock, 1000);
  `;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["eval", holder],
    stdout: "piped",
  }).spawn();
  const output = process.stdout.getReader();
  await output.read();
  await assert.rejects(takeLock(path, { refusal }), { message: refusal });
  process.kill("SIGKILL");
  await process.status;
  await output.cancel();
  assert.deepEqual(namesIn(folder.path), [".lock"]);
  {
    await using _lock = await takeLock(path, { refusal });
  }
  assert.deepEqual(namesIn(folder.path), []);
});
