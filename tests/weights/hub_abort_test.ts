import assert from "node:assert/strict";
import { downloadFromHub } from "../../lib/weights/hub.ts";
import { content, large, namesBeside, rangesAsked, testWithHub } from "./hub_server.ts";

for (const reason of [new Error("stopped by the user"), null]) {
  testWithHub(`downloadFromHub() stops amid the bytes when aborted by ${reason}`, async (place) => {
    const { hub, options, path } = place;
    const stop = new AbortController();
    const stopped = downloadFromHub("org/model", [large], {
      ...options,
      signal: stop.signal,
      onProgress: ({ received }) => received >= 3000 && stop.abort(reason),
    });
    assert.equal(await stopped.catch((error) => error), reason);
    assert.deepEqual(namesBeside(path), [`${large}.part`, `${large}.part.etag`]);
    const { size } = await Deno.stat(`${path}.part`);
    assert(size >= 3000 && size < 10_000, `${size} bytes are there`);
    await downloadFromHub("org/model", [large], options);
    assert.deepEqual(rangesAsked(hub), [null, `bytes=${size}-`]);
    assert.deepEqual(await Deno.readFile(path), content);
  });
}

testWithHub("downloadFromHub() stops before an answer when aborted", async ({ options }) => {
  const stop = new AbortController();
  const reason = new Error("stopped by the user");
  let requests = 0;
  const silent: typeof fetch = (_, init) =>
    new Promise((_, reject) => {
      requests++;
      init!.signal!.addEventListener("abort", () => reject(init!.signal!.reason));
      stop.abort(reason);
    });
  const aborted = { ...options, fetch: silent, signal: stop.signal };
  for (let call = 0; call < 2; call++) {
    assert.equal(await downloadFromHub("org/model", [large], aborted).catch((e) => e), reason);
  }
  assert.equal(requests, 1, "a signal that is aborted already asks for nothing");
});

testWithHub("downloadFromHub() stops between two tries when aborted", async (place) => {
  const { hub, options, path } = place;
  hub.behaviour.breaks = [4000];
  const stop = new AbortController();
  const reason = new Error("stopped by the user");
  const stopped = downloadFromHub("org/model", [large], {
    ...options,
    retryDelays: [600_000],
    signal: stop.signal,
    // the break follows at once, the abort only during the wait for the next try
    onProgress: ({ received }) =>
      void (received === 4000 && setTimeout(() => stop.abort(reason), 200)),
  });
  assert.equal(await stopped.catch((error) => error), reason);
  assert.deepEqual(rangesAsked(hub), [null]);
  assert.deepEqual(namesBeside(path), [`${large}.part`, `${large}.part.etag`]);
});
