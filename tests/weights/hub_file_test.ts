import assert from "node:assert/strict";
import { sha256Hex } from "../../lib/files/sha256.ts";
import { downloadFromHub } from "../../lib/weights/hub.ts";
import { content, large, namesBeside, rangesAsked, testWithHub } from "./hub_server.ts";

const other = content.map((byte) => byte ^ 0x55);

testWithHub(
  "downloadFromHub() resumes where the connection broke",
  async ({ hub, options, path }) => {
    hub.behaviour.breaks = [3000, 2000];
    const received: number[] = [];
    await downloadFromHub("org/model", [large], {
      ...options,
      onProgress: (step) => received.push(step.received),
    });
    assert.deepEqual(await Deno.readFile(path), content);
    const [first, ...resumed] = rangesAsked(hub);
    assert.equal(first, null);
    assert.deepEqual(resumed, ["bytes=3000-", "bytes=5000-"]);
    assert.deepEqual(received, received.toSorted((a, b) => a - b));
    assert.deepEqual(namesBeside(path), [large]);
  },
);

testWithHub(
  "downloadFromHub() resumes what an earlier call left",
  async ({ hub, options, path }) => {
    hub.behaviour.breaks = [4000, 1000];
    await assert.rejects(downloadFromHub("org/model", [large], { ...options, retryDelays: [0] }), {
      name: "Error",
      message: /^Cannot download .* the connection broke 2 times .* run the command again/,
    });
    assert.deepEqual(namesBeside(path), [`${large}.part`, `${large}.part.etag`]);
    await downloadFromHub("org/model", [large], options);
    assert.deepEqual(rangesAsked(hub), [null, "bytes=4000-", "bytes=5000-"]);
    assert.deepEqual(await Deno.readFile(path), content);
  },
);

testWithHub(
  "downloadFromHub() starts anew when the file has changed",
  async ({ hub, options, path }) => {
    hub.behaviour.breaks = [4000];
    await assert.rejects(downloadFromHub("org/model", [large], { ...options, retryDelays: [] }));
    Object.assign(hub.behaviour, {
      content: other,
      etag: '"version 2"',
      sha256: sha256Hex(other),
    });
    await downloadFromHub("org/model", [large], options);
    assert.deepEqual(rangesAsked(hub), [null, "bytes=4000-"]);
    assert.equal(hub.arrivals.at(-1)!.headers.get("if-range"), '"version 1"');
    assert.deepEqual(await Deno.readFile(path), other);
  },
);

testWithHub("downloadFromHub() starts anew with a server that ignores ranges", async (place) => {
  const { hub, options, path } = place;
  Object.assign(hub.behaviour, { breaks: [4000], ignoresRanges: true });
  await downloadFromHub("org/model", [large], options);
  assert.deepEqual(rangesAsked(hub), [null, "bytes=4000-"]);
  assert.deepEqual(await Deno.readFile(path), content);
});

for (const etag of [null, 'W/"weak"']) {
  testWithHub(`downloadFromHub() does not resume under the ETag ${etag}`, async (place) => {
    const { hub, options, path } = place;
    Object.assign(hub.behaviour, { breaks: [4000], etag });
    await downloadFromHub("org/model", [large], options);
    assert.deepEqual(rangesAsked(hub), [null, null]);
    assert.deepEqual(await Deno.readFile(path), content);
  });
}

testWithHub(
  "downloadFromHub() tries again after passing faults",
  async ({ hub, options, path }) => {
    hub.behaviour.faults = [503, 429, 500, 408];
    await downloadFromHub("org/model", [large], options);
    assert.deepEqual(await Deno.readFile(path), content);
    assert.equal(hub.arrivals.length, 10);
  },
);

testWithHub(
  "downloadFromHub() gives up on a server that stays broken",
  async ({ hub, options }) => {
    await assert.rejects(downloadFromHub("org/busy", ["config.json"], options), {
      message: /config\.json: the connection broke 5 times \(127\.0\.0\.1:\d+ answers 503\)/,
    });
    assert.equal(hub.arrivals.length, 5);
  },
);

testWithHub(
  "downloadFromHub() breaks off a connection that brings nothing",
  async ({ options }) => {
    const silent: typeof fetch = (_, init) =>
      new Promise((_, reject) =>
        init!.signal!.addEventListener("abort", () => reject(init!.signal!.reason))
      );
    await assert.rejects(
      downloadFromHub("org/model", [large], { ...options, fetch: silent, stallTimeout: 5 }),
      { message: /the connection broke 5 times \(no data for 5 ms\)/ },
    );
  },
);

testWithHub(
  "downloadFromHub() deletes a file with the wrong checksum",
  async ({ hub, options, path }) => {
    hub.behaviour.sha256 = "0123456789abcdef".repeat(4);
    await assert.rejects(downloadFromHub("org/model", [large], options), {
      message: `Cannot download ${hub.endpoint}/org/model/resolve/main/${large}: its SHA-256 is ` +
        `${sha256Hex(content)}, expected ${
          "0123456789abcdef".repeat(4)
        }; what came is deleted, try again`,
    });
    assert.deepEqual(namesBeside(path), []);
    assert.equal(rangesAsked(hub).length, 1);
  },
);

testWithHub(
  "downloadFromHub() checks the ETag of a hub that serves the bytes itself",
  async ({ options, path }) => {
    const served = (etag: string): typeof fetch => () =>
      Promise.resolve(new Response(content.slice(), { headers: { etag } }));
    await assert.rejects(
      downloadFromHub("org/model", [large], { ...options, fetch: served(`"${"0".repeat(64)}"`) }),
      { message: /expected 0{64}/ },
    );
    await downloadFromHub("org/model", [large], {
      ...options,
      fetch: served(`"${sha256Hex(content)}"`),
    });
    assert.deepEqual(await Deno.readFile(path), content);
  },
);

testWithHub(
  "downloadFromHub() deletes a file that is longer than announced",
  async ({ hub, options, path }) => {
    const served: typeof fetch = () =>
      Promise.resolve(new Response(content.slice(), { headers: { "x-linked-size": "9999" } }));
    await assert.rejects(downloadFromHub("org/model", [large], { ...options, fetch: served }), {
      message: /it has 10000 bytes, expected 9999; what came is deleted/,
    });
    assert.deepEqual(namesBeside(path), []);
    assert.equal(hub.arrivals.length, 0);
  },
);

testWithHub(
  "downloadFromHub() goes on after an answer that ends early",
  async ({ options, path }) => {
    const ranges: (string | null)[] = [];
    const chunked: typeof fetch = (_, init) => {
      const range = new Headers(init!.headers).get("range");
      ranges.push(range);
      const [status, bytes] = range ? [206, content.slice(6000)] : [200, content.slice(0, 6000)];
      const headers = {
        etag: '"strong"',
        "x-linked-size": "10000",
        ...(range && { "content-range": "bytes 6000-9999/10000" }),
      };
      return Promise.resolve(new Response(bytes, { status, headers }));
    };
    await downloadFromHub("org/model", [large], { ...options, fetch: chunked });
    assert.deepEqual(ranges, [null, "bytes=6000-"]);
    assert.deepEqual(await Deno.readFile(path), content);
  },
);

testWithHub(
  "downloadFromHub() takes no other range than it asked for",
  async ({ hub, options, path }) => {
    hub.behaviour.breaks = [4000];
    await assert.rejects(downloadFromHub("org/model", [large], { ...options, retryDelays: [] }));
    const shifted: typeof fetch = () =>
      Promise.resolve(
        new Response(content.slice(5000), {
          status: 206,
          headers: { "content-range": "bytes 5000-9999/10000" },
        }),
      );
    await assert.rejects(
      downloadFromHub("org/model", [large], { ...options, fetch: shifted, retryDelays: [] }),
      { message: /answers 206, with other bytes than asked for/ },
    );
    assert.deepEqual(namesBeside(path), []);
  },
);
