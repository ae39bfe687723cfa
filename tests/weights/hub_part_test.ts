import assert from "node:assert/strict";
import { dirname } from "node:path";
import { downloadFromHub } from "../../lib/weights/hub.ts";
import { content, large, namesBeside, rangesAsked, testWithHub } from "./hub_server.ts";

const other = content.map((byte) => byte ^ 0x55);

/** Leaves a part beside the file, as a process does that died. */
async function leavePart(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(`${path}.part`, bytes);
  await Deno.writeTextFile(`${path}.part.etag`, '"version 1"');
}

testWithHub("downloadFromHub() finishes a part that is the whole file", async (place) => {
  const { hub, options, path } = place;
  await leavePart(path, content);
  await downloadFromHub("org/model", [large], options);
  assert.deepEqual(rangesAsked(hub), ["bytes=10000-"]);
  assert.deepEqual(await Deno.readFile(path), content);
  assert.deepEqual(namesBeside(path), [large]);
});

testWithHub("downloadFromHub() keeps the text of a 416 out of the file", async (place) => {
  const { options, path } = place;
  await leavePart(path, content);
  const headers = { "content-range": "bytes */10000", "content-length": "5" };
  const served: typeof fetch = () =>
    Promise.resolve(new Response("no!!!", { status: 416, headers }));
  await downloadFromHub("org/model", [large], { ...options, fetch: served });
  assert.deepEqual(await Deno.readFile(path), content);
});

testWithHub("downloadFromHub() deletes a whole part with other bytes", async (place) => {
  const { hub, options, path } = place;
  await leavePart(path, other);
  await assert.rejects(downloadFromHub("org/model", [large], options), {
    message: /its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}; what came is deleted, try again$/,
  });
  assert.deepEqual(rangesAsked(hub), ["bytes=10000-"]);
  assert.deepEqual(namesBeside(path), []);
});

testWithHub("downloadFromHub() starts anew when the part is too long", async (place) => {
  const { hub, options, path } = place;
  await leavePart(path, new Uint8Array(10_001));
  await downloadFromHub("org/model", [large], options);
  assert.deepEqual(rangesAsked(hub), ["bytes=10001-", null]);
  assert.deepEqual(await Deno.readFile(path), content);
  assert.deepEqual(namesBeside(path), [large]);
});
