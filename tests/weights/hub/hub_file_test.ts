import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { sha256Hex } from "../../../lib/files/sha256.ts";
import { content, files, large, namesIn, other, rangesAsked, testWithHub } from "./hub_place.ts";

/** Leaves a part of the large file, as a process does that died. */
async function leavePart(blob: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(blob), { recursive: true });
  await Deno.writeFile(`${blob}.incomplete`, bytes);
}

testWithHub("downloadHubFile() resumes where the connection broke", async (place) => {
  const { hub, blob, fetch } = place;
  hub.behaviour.breaks = [3000, 2000];
  const received: number[] = [];
  const path = await fetch(large, { onProgress: (step) => received.push(step.received) });
  assert.deepEqual(await Deno.readFile(path), content);
  assert.deepEqual(rangesAsked(hub), [null, "bytes=3000-", "bytes=5000-"]);
  assert.deepEqual(received, received.toSorted((a, b) => a - b));
  assert.deepEqual(namesIn(dirname(blob)), [basename(blob)]);
});

testWithHub("downloadHubFile() resumes what an earlier call left", async (place) => {
  const { hub, blob, fetch } = place;
  hub.behaviour.breaks = [4000, 0, 0];
  await assert.rejects(fetch(large, { retryDelays: [0] }), {
    message: /^Cannot download .* the connection broke 2 times .* run the command again/,
  });
  assert.deepEqual(namesIn(dirname(blob)), [`${basename(blob)}.incomplete`]);
  assert.deepEqual(await Deno.readFile(await fetch(large)), content);
  assert.deepEqual(rangesAsked(hub), [null, ...Array(3).fill("bytes=4000-")]);
});

testWithHub("downloadHubFile() does not give up while something comes", async (place) => {
  const { hub, fetch } = place;
  hub.behaviour.breaks = Array(9).fill(1000);
  assert.deepEqual(await Deno.readFile(await fetch(large, { retryDelays: [0] })), content);
  assert.equal(rangesAsked(hub).length, 10);
});

testWithHub("downloadHubFile() fetches another version anew, whatever was left", async (place) => {
  const { hub, blob, fetch } = place;
  hub.behaviour.breaks = [4000];
  await assert.rejects(fetch(large, { retryDelays: [] }));
  hub.behaviour.repositories = { "org/model": { ...files, [large]: other } };
  assert.deepEqual(await Deno.readFile(await fetch(large)), other);
  assert.deepEqual(rangesAsked(hub), [null, null]);
  const left = [`${basename(blob)}.incomplete`, sha256Hex(other)].sort();
  assert.deepEqual(namesIn(dirname(blob)), left);
});

testWithHub("downloadHubFile() starts anew with a server that ignores ranges", async (place) => {
  const { hub, fetch } = place;
  Object.assign(hub.behaviour, { breaks: [4000], ignoresRanges: true });
  assert.deepEqual(await Deno.readFile(await fetch(large)), content);
  assert.deepEqual(rangesAsked(hub), [null, "bytes=4000-"]);
});

testWithHub("downloadHubFile() gives up on a server that never gets further", async (place) => {
  const { hub, fetch } = place;
  Object.assign(hub.behaviour, { breaks: Array(9).fill(4000), ignoresRanges: true });
  await assert.rejects(fetch(large, { retryDelays: [0, 0] }), { message: /broke 3 times/ });
  assert.equal(rangesAsked(hub).length, 3);
});

testWithHub("downloadHubFile() tries again after passing faults", async ({ hub, fetch }) => {
  hub.behaviour.faults = [503, 429, 500, 408];
  assert.deepEqual(await Deno.readFile(await fetch(large)), content);
  assert.equal(rangesAsked(hub).length, 5);
});

testWithHub("downloadHubFile() gives up on a server that stays broken", async (place) => {
  const { hub, fetch } = place;
  hub.behaviour.faults = Array(9).fill(503);
  await assert.rejects(fetch(large), {
    message: /model\.safetensors: the connection broke 5 times \(localhost:\d+ answers 503\)/,
  });
  assert.equal(rangesAsked(hub).length, 5);
});

testWithHub("downloadHubFile() breaks off a connection that brings nothing", async (place) => {
  const { hub } = place;
  const silent: typeof fetch = (input, init) =>
    String(input).startsWith(hub.contentEndpoint)
      ? new Promise((_, reject) =>
        init!.signal!.addEventListener("abort", () => reject(init!.signal!.reason))
      )
      : fetch(input, init);
  await assert.rejects(place.fetch(large, { fetch: silent, stallTimeout: 300, retryDelays: [0] }), {
    message: /the connection broke 2 times \(no data for 300 ms\)/,
  });
});

testWithHub("downloadHubFile() deletes a file with the wrong hash", async (place) => {
  const { hub, blob, fetch } = place;
  const wrong = "0123456789abcdef".repeat(4);
  hub.behaviour.claimedSha256 = wrong;
  await assert.rejects(fetch(large), {
    message: new RegExp(
      `^Cannot download http://127.*/resolve/[0-9a-f]{40}/${large}: its SHA-256 is ` +
        `${sha256Hex(content)}, expected ${wrong}; what came is deleted, try again$`,
    ),
  });
  assert.deepEqual(namesIn(dirname(blob)), []);
  assert.equal(rangesAsked(hub).length, 1);
});

testWithHub("downloadHubFile() checks small files by git's hash", async ({ hub, fetch }) => {
  const changed: typeof globalThis.fetch = async (input, init) => {
    const answer = await globalThis.fetch(input, init);
    return String(input).includes("/resolve/") ? new Response('{"architecture":"ViT"}') : answer;
  };
  await assert.rejects(fetch("config.json", { fetch: changed }), {
    message: /its git SHA-1 is [0-9a-f]{40}, expected [0-9a-f]{40}; what came is deleted/,
  });
  assert.equal(await Deno.readTextFile(await fetch("config.json")), files["config.json"]);
  assert(hub.arrivals.length > 0);
});

testWithHub("downloadHubFile() stops a file that is longer than announced", async (place) => {
  const { blob } = place;
  let sent = 0;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1000;
        controller.enqueue(new Uint8Array(1000));
      },
    });
  const served: typeof fetch = (input, init) =>
    String(input).includes("/resolve/")
      ? Promise.resolve(new Response(endless()))
      : fetch(input, init);
  await assert.rejects(place.fetch(large, { fetch: served }), {
    message: /it has more bytes than the expected 10000; what came is deleted/,
  });
  assert(sent < 30_000, `${sent} bytes were read`);
  assert.deepEqual(namesIn(dirname(blob)), []);
});

testWithHub("downloadHubFile() takes no other range than it asked for", async (place) => {
  const { blob } = place;
  await leavePart(blob, content.subarray(0, 4000));
  const headers = { "content-range": "bytes 5000-9999/10000" };
  const shifted: typeof fetch = (input, init) =>
    String(input).includes("/resolve/")
      ? Promise.resolve(new Response(content.slice(5000), { status: 206, headers }))
      : fetch(input, init);
  await assert.rejects(place.fetch(large, { fetch: shifted, retryDelays: [] }), {
    message: /answers 206, with other bytes than asked for/,
  });
  assert.deepEqual(namesIn(dirname(blob)), []);
});

testWithHub("downloadHubFile() finishes a part that is the whole file", async (place) => {
  const { hub, blob, fetch } = place;
  await leavePart(blob, content);
  assert.deepEqual(await Deno.readFile(await fetch(large)), content);
  assert.deepEqual(rangesAsked(hub), []);
  assert.deepEqual(namesIn(dirname(blob)), [basename(blob)]);
});

testWithHub("downloadHubFile() deletes a part with other bytes", async (place) => {
  const { hub, blob, fetch } = place;
  await leavePart(blob, other.subarray(0, 4000));
  await assert.rejects(fetch(large), { message: /its SHA-256 is .*; what came is deleted/ });
  assert.deepEqual(rangesAsked(hub), ["bytes=4000-"]);
  assert.deepEqual(namesIn(dirname(blob)), []);
  assert.deepEqual(await Deno.readFile(await fetch(large)), content);
});

testWithHub("downloadHubFile() starts anew when the part is too long", async (place) => {
  const { hub, blob, fetch } = place;
  await leavePart(blob, new Uint8Array(10_001));
  assert.deepEqual(await Deno.readFile(await fetch(large)), content);
  assert.deepEqual(rangesAsked(hub), [null]);
});

for (const reason of [new Error("stopped by the user"), null]) {
  testWithHub(`downloadHubFile() stops amid the bytes when aborted by ${reason}`, async (place) => {
    const { hub, blob, fetch } = place;
    const stop = new AbortController();
    const stopped = fetch(large, {
      signal: stop.signal,
      onProgress: ({ received }) => received >= 3000 && stop.abort(reason),
    });
    assert.equal(await stopped.catch((error) => error), reason);
    const { size } = await Deno.stat(`${blob}.incomplete`);
    assert(size >= 3000 && size < 10_000, `${size} bytes are there`);
    assert.deepEqual(await Deno.readFile(await fetch(large)), content);
    assert.deepEqual(rangesAsked(hub), [null, `bytes=${size}-`]);
  });
}

testWithHub("downloadHubFile() stops between two tries when aborted", async (place) => {
  const { hub, fetch } = place;
  hub.behaviour.breaks = [4000];
  const stop = new AbortController();
  const reason = new Error("stopped by the user");
  const stopped = fetch(large, {
    retryDelays: [600_000],
    signal: stop.signal,
    // the break follows at once, the abort only during the wait for the next try
    onProgress: ({ received }) =>
      void (received === 4000 && setTimeout(() => stop.abort(reason), 200)),
  });
  assert.equal(await stopped.catch((error) => error), reason);
  assert.deepEqual(rangesAsked(hub), [null]);
});
