import assert from "node:assert/strict";
import { inspect } from "node:util";
import { basename, join } from "node:path";
import { takeLock } from "../../../lib/files/lock.ts";
import { HubSnapshot } from "../../../lib/weights/hub/hub_snapshot.ts";
import type { HubProgress } from "../../../lib/weights/hub_progress.ts";
import { withEnvironment } from "../../support/environment.ts";
import { content, files, large, namesIn, other, rangesAsked, testWithHub } from "./hub_place.ts";
import { commitOf, hashOf, type HubBehaviour } from "./hub_server.ts";

const commit = commitOf(files);
const candidates = ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin"];

testWithHub("HubSnapshot.fetch() fetches small and large files", async (place) => {
  const { hub, path, options } = place;
  const progress: HubProgress[] = [];
  const snapshot = await HubSnapshot.open("org/model", {
    ...options,
    onProgress: (step) => progress.push(step),
  });
  assert.equal(snapshot.commit, commit);
  assert.equal(
    await Deno.readTextFile(await snapshot.fetch("config.json")),
    files["config.json"],
  );
  assert.equal(await snapshot.fetch(large), path);
  assert.deepEqual(await Deno.readFile(path), content);
  assert.deepEqual(
    hub.arrivals.map(({ server, method, path }) => `${server} ${method} ${path}`),
    [
      "hub GET /api/models/org/model/revision/main",
      `hub POST /api/models/org/model/paths-info/${commit}`,
      `hub GET /org/model/resolve/${commit}/config.json`,
      `hub POST /api/models/org/model/paths-info/${commit}`,
      `hub GET /org/model/resolve/${commit}/${large}`,
      `content GET /org/model/${large}`,
    ],
  );
  assert.deepEqual(progress.at(-1), { file: large, received: 10_000, total: 10_000 });
  assert.deepEqual([...new Set(progress.map(({ file }) => file))], ["config.json", large]);
});

testWithHub("HubSnapshot.fetch() lays files out as Python's library does", async (place) => {
  const { folder, blob, path, options, fetch } = place;
  await fetch("config.json");
  await fetch(large);
  assert.deepEqual(namesIn(folder), ["blobs", "refs", "snapshots"]);
  assert.equal(await Deno.readTextFile(join(folder, "refs", "main")), commit);
  const hashes = Object.entries(files).map(([name, bytes]) => hashOf(name, bytes));
  assert.deepEqual(namesIn(join(folder, "blobs")), hashes.sort());
  assert.equal(await Deno.readLink(path), join("..", "..", "blobs", hashOf(large, content)));
  assert.deepEqual(await Deno.readFile(blob), content);
  assert.deepEqual(namesIn(options.cacheDir!), [".locks", "models--org--model"]);
});

/** Lays a repository out by hand, as Python's `huggingface_hub` 1.33 has been seen to do. */
async function layOutAsPython(folder: string): Promise<void> {
  for (const name of ["blobs", "refs", join("snapshots", commit)]) {
    await Deno.mkdir(join(folder, name), { recursive: true });
  }
  await Deno.writeTextFile(join(folder, "refs", "main"), commit);
  for (const [name, bytes] of Object.entries(files)) {
    const hash = hashOf(name, bytes);
    await Deno.writeFile(
      join(folder, "blobs", hash),
      typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes,
    );
    await Deno.symlink(`../../blobs/${hash}`, join(folder, "snapshots", commit, name));
  }
}

testWithHub("HubSnapshot.fetch() finds what Python's library has fetched", async (place) => {
  const { hub, folder, path, fetch } = place;
  await layOutAsPython(folder);
  assert.equal(await fetch(large), path);
  assert.deepEqual(await Deno.readFile(path), content);
  assert.equal(hub.arrivals.length, 1, "where main is now");
  assert.equal(await fetch(large, { revision: commit }), path);
  assert.equal(await fetch(large, { offline: true }), path);
  assert.equal(hub.arrivals.length, 1, "a commit costs no request");
});

testWithHub("HubSnapshot.fetch() fetches a damaged blob again", async (place) => {
  const { folder, blob, path, fetch } = place;
  await Deno.mkdir(join(folder, "blobs"), { recursive: true });
  for (const damaged of [content.subarray(0, 100), other]) {
    await Deno.writeFile(blob, damaged);
    assert.equal(await fetch(large), path);
    assert.deepEqual(await Deno.readFile(path), content);
    assert.deepEqual(namesIn(join(folder, "blobs")), [basename(blob)]);
    await Deno.remove(path); // as a user does who is told of damage
  }
});

testWithHub("HubSnapshot.fetch() fetches only what changed when a branch moves", async (place) => {
  const { hub, folder, fetch } = place;
  await fetch("config.json");
  const before = await fetch(large);
  const moved = { ...files, "config.json": '{"architecture":"deit"}' };
  hub.behaviour.repositories = { "org/model": moved };
  assert.equal(await Deno.readTextFile(await fetch("config.json")), moved["config.json"]);
  const after = await fetch(large);
  assert.notEqual(after, before);
  assert.deepEqual(await Deno.readFile(after), content);
  assert.equal(rangesAsked(hub).length, 1, "the large file is the same");
  assert.equal(await Deno.readTextFile(join(folder, "refs", "main")), commitOf(moved));
  assert.equal(
    await Deno.readTextFile(await fetch("config.json", { revision: commit })),
    files["config.json"],
  );
});

for (const revision of ["v1", "refs/pr/1", commit]) {
  testWithHub(`HubSnapshot.fetch() fetches ${revision}`, async ({ folder, path, fetch }) => {
    assert.equal(await fetch(large, { revision }), path);
    const refs = await Deno.stat(join(folder, "refs", revision)).catch(() => undefined);
    assert.equal(refs !== undefined, revision !== commit);
    assert.equal(await fetch(large, { revision, offline: true }), path);
  });
}

testWithHub("HubSnapshot.open() goes on without a hub that does not answer", async (place) => {
  const { hub, path, fetch } = place;
  await fetch(large);
  const refusals = [{ status: 503 }, { status: 401 }, { status: 403, code: "GatedRepo" }];
  for (const refusal of refusals) {
    hub.behaviour.refusal = refusal;
    const warnings: string[] = [];
    const before = hub.arrivals.length;
    assert.equal(await fetch(large, { onWarning: (it) => warnings.push(it) }), path);
    assert.equal(hub.arrivals.length, before + 1);
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0],
      new RegExp(`where main of org/model is .*${refusal.status}.* downloaded before.*${commit}`),
    );
  }
  await hub[Symbol.asyncDispose]();
  const warnings: string[] = [];
  assert.equal(await fetch(large, { onWarning: (it) => warnings.push(it) }), path);
  assert.match(
    warnings[0],
    /where main of org\/model is \(.*(refused|connect).*\): going on with/i,
  );
});

testWithHub("HubSnapshot.open() knows no revision but those of the repository", async (place) => {
  const { fetch } = place;
  await assert.rejects(fetch(large, { revision: "v9" }), {
    message:
      "Cannot load org/model: the answer for v9 is 404, expected a branch, a tag or a commit " +
      "of the repository; check what stands behind the @, or name a local folder (local-dir:PATH)",
  });
});

testWithHub("HubSnapshot.fetch() says what is missing offline", async (place) => {
  const { hub, folder, fetch } = place;
  await assert.rejects(fetch(large, { offline: true }), {
    message: new RegExp(
      `^Cannot load org/model: main is not in ${folder} and HF_HUB_OFFLINE is set`,
    ),
  });
  await fetch("config.json");
  const before = hub.arrivals.length;
  await assert.rejects(fetch(large, { offline: true }), {
    message: new RegExp(`^Cannot load org/model: ${large} is not in ${folder} and HF_HUB_OFFLINE`),
  });
  assert.equal(hub.arrivals.length, before);
});

testWithHub("HubSnapshot.firstOf() asks once, and remembers what there is not", async (place) => {
  const { hub, folder, options } = place;
  const torch = { "config.json": "{}", "pytorch_model.bin": other };
  hub.behaviour.repositories = { "org/model": torch };
  const snapshot = await HubSnapshot.open("org/model", options);
  assert.equal(await snapshot.firstOf(candidates), "pytorch_model.bin");
  assert.equal(hub.arrivals.filter(({ method }) => method === "POST").length, 1);
  assert.deepEqual(namesIn(join(folder, ".no_exist", commitOf(torch))), candidates.slice(0, 2));
  await snapshot.fetch("pytorch_model.bin");
  for (const offline of [true, false]) {
    const again = await HubSnapshot.open("org/model", {
      ...options,
      offline,
      revision: snapshot.commit,
    });
    const before = hub.arrivals.length;
    assert.equal(await again.firstOf(candidates), "pytorch_model.bin");
    assert.equal(hub.arrivals.length, before);
  }
  assert.equal(await snapshot.firstOf(["model.pth"]), undefined);
});

const refusals: [refusal: { status: number; code?: string }, advice: RegExp][] = [
  [{ status: 401 }, /is 401, expected access; .* set HF_TOKEN to a token that may read it/],
  [{ status: 403 }, /is 403, expected access; .*hf auth login/],
  [
    { status: 403, code: "GatedRepo" },
    /gated repository: accept its conditions on http:\/\/127\.0\.0\.1:\d+\/org\/model, and set HF_TOKEN/,
  ],
  [
    { status: 404, code: "RepoNotFound" },
    /is 404, expected a repository and file that exist; check the name/,
  ],
  [{ status: 418 }, /is 418, expected the file; try again later/],
];
for (const [refusal, advice] of refusals) {
  const { status, code } = refusal;
  testWithHub(`HubSnapshot.fetch() explains ${code ?? status}`, async ({ hub, fetch }) => {
    hub.behaviour.refusal = refusal;
    await assert.rejects(fetch(large), { message: advice });
    hub.behaviour.refusal = undefined;
    await fetch("config.json");
    hub.behaviour.refusal = { ...refusal, files: true };
    await assert.rejects(fetch(large), { message: advice }); // a repository may show its name alone
  });
}

testWithHub("HubSnapshot.fetch() says when there is no such file", async ({ fetch }) => {
  await assert.rejects(fetch("model.pth"), {
    message:
      /^Cannot load org\/model: model\.pth is missing at main, expected a repository in timm's/,
  });
});

testWithHub("HubSnapshot.fetch() shows its token to the hub alone", async ({ hub, fetch }) => {
  await fetch(large, { token: "a mirror's own" });
  for (const { server, headers } of hub.arrivals) {
    const expected = server === "hub" ? "Bearer a mirror's own" : null;
    assert.equal(headers.get("authorization"), expected);
  }
  assert.equal(hub.arrivals.at(-1)!.server, "content");
});

testWithHub(
  "HubSnapshot.open() refuses a token that is none, and keeps it secret",
  async (place) => {
    const { hub, fetch } = place;
    for (const token of ["hf_secret\nhf_other", "hf_secret…"]) {
      await assert.rejects(fetch(large, { token }), (error: Error) => {
        assert.match(error.message, /^Cannot use the hub: .*; set HF_TOKEN anew/);
        assert(!inspect(error).includes("hf_"), inspect(error));
        return true;
      });
    }
    assert.equal(hub.arrivals.length, 0);
  },
);

testWithHub("HubSnapshot.fetch() shows a mirror's password to the mirror alone", async (place) => {
  const { hub, fetch } = place;
  const endpoint = hub.endpoint.replace("//", "//me:pass-word@");
  const basic = `Basic ${btoa("me:pass-word")}`;
  await fetch(large, { endpoint });
  for (const { server, headers } of hub.arrivals) {
    assert.equal(headers.get("authorization"), server === "hub" ? basic : null);
  }
  const refusals: HubBehaviour["refusal"][] = [
    { status: 404, code: "RevisionNotFound" },
    { status: 403, code: "GatedRepo" },
    { status: 503 },
  ];
  for (const refusal of refusals) {
    hub.behaviour.refusal = refusal;
    await assert.rejects(fetch(large, { endpoint, revision: "v1" }), (error: Error) => {
      assert(!inspect(error).includes("pass-word"), inspect(error));
      return true;
    });
  }
});

testWithHub("HubSnapshot.open() follows a repository that was renamed", async (place) => {
  const { hub, options } = place;
  const snapshot = await HubSnapshot.open("old/model", { ...options, token: "hf_x" });
  assert.deepEqual(await Deno.readFile(await snapshot.fetch(large)), content);
  const ours = hub.arrivals.filter(({ server }) => server === "hub");
  assert(ours.every(({ headers }) => headers.get("authorization") === "Bearer hf_x"));
});

testWithHub("HubSnapshot.open() ends a circle of redirects", async ({ options }) => {
  await assert.rejects(HubSnapshot.open("org/circle", options), {
    message: /org\/circle.*: it is redirected more than 10 times$/,
  });
});

testWithHub("HubSnapshot.open() follows redirects to no other kind of address", async (place) => {
  const { options } = place;
  const elsewhere: typeof fetch = () =>
    Promise.resolve(
      new Response(null, { status: 302, headers: { location: "file:///etc/passwd" } }),
    );
  await assert.rejects(HubSnapshot.open("org/model", { ...options, fetch: elsewhere }), {
    message: /it is redirected to file:\/\/\/etc\/passwd, expected an http\(s\) address/,
  });
});

const noAnswer =
  /about org\/model: the answer is none that a hub gives, expected its JSON; look at HF_ENDPOINT$/;

testWithHub("HubSnapshot.fetch() refuses answers that are no hub's", async ({ fetch }) => {
  const answering = (body: string): typeof globalThis.fetch => () =>
    Promise.resolve(new Response(body, { headers: { "content-type": "text/html" } }));
  for (const body of ["<html>", "", "null"]) {
    await assert.rejects(fetch(large, { fetch: answering(body) }), { message: noAnswer }, body);
  }
  await assert.rejects(fetch(large, { fetch: answering('{"sha":"../../x"}') }), {
    message: /names no commit for main, expected one/,
  });
  for (const body of ["{}", "null", "[null]"]) {
    const options = { fetch: answering(body), revision: commit };
    await assert.rejects(fetch(large, options), { message: noAnswer }, body);
  }
  const described = (oid: unknown) =>
    answering(JSON.stringify([{ type: "file", path: large, size: 1, oid }]));
  for (const oid of ["../../../x", 7, undefined, ""]) {
    await assert.rejects(fetch(large, { fetch: described(oid), revision: commit }), {
      message: /tells no size and hash of model\.safetensors, expected both/,
    });
  }
});

testWithHub("HubSnapshot.fetch() makes do with a mirror that serves files alone", async (place) => {
  const { hub, path, options } = place;
  hub.behaviour.refusal = { status: 404 };
  const snapshot = await HubSnapshot.open("org/model", { ...options, token: "hf_x" });
  assert.equal(snapshot.commit, commit);
  assert.equal(await snapshot.firstOf(["model.bin", ...candidates]), large);
  assert.equal(await snapshot.fetch(large), path);
  assert.deepEqual(await Deno.readFile(path), content);
  const json = await snapshot.fetch("config.json");
  assert.equal(await Deno.readTextFile(json), files["config.json"]);
  const heads = hub.arrivals.filter(({ method }) => method === "HEAD");
  assert(
    heads.length > 0 && heads.every(({ server }) => server === "hub"),
    "headers are the hub's",
  );
});

testWithHub(
  "HubSnapshot.fetch() takes a mirror's ETag for a name, not for a hash",
  async (place) => {
    const { hub, folder, options } = place;
    const mirror: typeof fetch = (input, init) => {
      if (String(input).includes("/api/")) {
        return Promise.resolve(
          new Response("", { status: 501 }),
        );
      }
      if (init?.method !== "HEAD") return fetch(input, init);
      const headers = { etag: 'W/"its-own.1"', "content-length": "10000", "x-repo-commit": commit };
      return Promise.resolve(new Response(null, { headers }));
    };
    hub.behaviour.breaks = [4000];
    const snapshot = await HubSnapshot.open("org/model", { ...options, fetch: mirror });
    assert.deepEqual(await Deno.readFile(await snapshot.fetch(large)), content);
    assert.deepEqual(namesIn(join(folder, "blobs")), ["its-own.1"]);
    assert.deepEqual(rangesAsked(hub), [null, null], "what cannot be checked is not resumed");
  },
);

testWithHub("HubSnapshot.open() asks again where an answer breaks off", async ({ options }) => {
  let calls = 0;
  const breaking: typeof fetch = (input, init) => {
    if (calls++ > 0) return fetch(input, init);
    const body = new ReadableStream({ pull: (it) => it.error(new Error("reset by peer")) });
    return Promise.resolve(new Response(body));
  };
  const snapshot = await HubSnapshot.open("org/model", { ...options, fetch: breaking });
  assert.deepEqual([snapshot.commit, calls], [commit, 2]);
});

testWithHub("HubSnapshot.open() reads no answer without end", async ({ options }) => {
  const endless: typeof fetch = () =>
    Promise.resolve(
      new Response(
        new ReadableStream({ pull: (it) => it.enqueue(new Uint8Array(2 ** 20)) }),
      ),
    );
  await assert.rejects(HubSnapshot.open("org/model", { ...options, fetch: endless }), {
    message: /its answer has more than 16777216 bytes, expected a few; look at HF_ENDPOINT/,
  });
});

testWithHub("HubSnapshot.fetch() refuses names that lead elsewhere", async ({ hub, options }) => {
  const snapshot = await HubSnapshot.open("org/model", { ...options, revision: commit });
  for (const name of ["../x", "a/../../x", "/etc/passwd", "a\\b", "c:x", ""]) {
    await assert.rejects(snapshot.fetch(name), { name: "RangeError", message: /: file is / });
  }
  for (const repository of ["model", "org/model/x", "../model", "org/..", "org--x/model"]) {
    await assert.rejects(HubSnapshot.open(repository, options), { message: /repository is / });
  }
  assert.equal(hub.arrivals.length, 0);
});

testWithHub("HubSnapshot.fetch() waits for another process, and fetches once", async (place) => {
  const { hub, path, options } = place;
  const both = await Promise.all([1, 2].map(() => HubSnapshot.open("org/model", options)));
  const paths = await Promise.all(both.map((snapshot) => snapshot.fetch(large)));
  assert.deepEqual(paths, [path, path]);
  assert.deepEqual(await Deno.readFile(path), content);
  assert.deepEqual(rangesAsked(hub), [null]);
});

testWithHub("HubSnapshot.fetch() says that it waits, and stops when aborted", async (place) => {
  const { hub, options, fetch } = place;
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const locks = join(options.cacheDir!, ".locks", "models--org--model");
  const file = join(locks, `${hashOf(large, content)}.lock`);
  await using _lock = await takeLock(file, { refusal: "nobody else is here" });
  const stop = new AbortController();
  const reason = new Error("stopped by the user");
  setTimeout(() => stop.abort(reason), 100);
  const stopped = fetch(large, { signal: stop.signal, onWarning });
  assert.equal(await stopped.catch((error) => error), reason);
  assert.deepEqual(warnings, [`waiting for another process that downloads ${large}`]);
  assert.deepEqual(rangesAsked(hub), []);
});

testWithHub("HubSnapshot.open() stops before an answer when aborted", async ({ options }) => {
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
    assert.equal(await HubSnapshot.open("org/model", aborted).catch((e) => e), reason);
  }
  assert.equal(requests, 1, "a signal that is aborted already asks for nothing");
});

testWithHub(
  "HubSnapshot.open() follows the environment where options say nothing",
  async ({ hub, options, path }) => {
    const variables = {
      HF_ENDPOINT: `${hub.endpoint}/`,
      HF_TOKEN: "hf_env",
      HF_HUB_CACHE: options.cacheDir,
      HF_HUB_OFFLINE: undefined,
      TRANSFORMERS_OFFLINE: undefined,
    };
    await withEnvironment(variables, async () => {
      assert.equal(await (await HubSnapshot.open("org/model")).fetch(large), path);
    });
    assert.equal(hub.arrivals[0].path, "/api/models/org/model/revision/main");
    assert.equal(hub.arrivals[0].headers.get("authorization"), "Bearer hf_env");
  },
  { alsoNeeds: ["env"] },
);
