import assert from "node:assert/strict";
import {
  downloadFromHub,
  type HubProgress,
  hubSettingsFromEnvironment,
} from "../../lib/weights/hub.ts";
import { testWith } from "../support/permissions.ts";
import { content, large, namesBeside, testWithHub } from "./hub_server.ts";

testWithHub(
  "downloadFromHub() fetches plain and redirected files",
  async ({ hub, options, path }) => {
    const progress: HubProgress[] = [];
    const paths = await downloadFromHub("org/model", ["config.json", large], {
      ...options,
      onProgress: (step) => progress.push(step),
    });
    assert.deepEqual([...paths.keys()], ["config.json", large]);
    assert.equal(paths.get(large), path);
    assert.equal(await Deno.readTextFile(paths.get("config.json")!), '{"architecture":"vit"}');
    assert.deepEqual(await Deno.readFile(path), content);
    assert.deepEqual(namesBeside(path), ["config.json", large]);
    assert.equal(hub.arrivals[0].path, "/org/model/resolve/main/config.json");
    const steps = progress.filter(({ file }) => file === large);
    assert.deepEqual(steps[0], { file: large, received: 0, total: 10_000 });
    assert.deepEqual(steps.at(-1), { file: large, received: 10_000, total: 10_000 });
    assert(
      steps.every(({ received }, index) => index === 0 || received > steps[index - 1].received),
    );
  },
);

testWithHub("downloadFromHub() requests nothing that it has", async ({ hub, options, path }) => {
  await downloadFromHub("org/model", [large], options);
  const requests = hub.arrivals.length;
  const paths = await downloadFromHub("org/model", [large], options);
  assert.deepEqual(paths, new Map([[large, path]]));
  assert.equal(hub.arrivals.length, requests);
});

testWithHub("downloadFromHub() keeps revisions apart", async ({ hub, options }) => {
  const revision = "refs/pr/1";
  const paths = await downloadFromHub("org/model", ["config.json"], { ...options, revision });
  assert.equal(
    paths.get("config.json"),
    `${options.cacheDir}/org--model/refs/pr/1/config.json`,
  );
  assert.equal(hub.arrivals[0].path, "/org/model/resolve/refs/pr/1/config.json");
});

testWithHub("downloadFromHub() shows its token to the hub alone", async ({ hub, options }) => {
  await downloadFromHub("org/model", [large], { ...options, token: "hf_secret" });
  assert.deepEqual(
    hub.arrivals.map(({ server, headers }) => [server, headers.get("authorization")]),
    [["hub", "Bearer hf_secret"], ["content", null]],
  );
});

testWithHub("downloadFromHub() says what helps when the hub refuses", async ({ hub, options }) => {
  const cases = [
    ["org/absent", 404, "expected a repository and file that exist; check the name"],
    [
      "org/private",
      401,
      "expected access; the repository is absent, private or gated: " +
      "check the name, or set HF_TOKEN to a token that may read it",
    ],
    [
      "org/gated",
      403,
      "expected access; the repository is absent, private or gated: " +
      "check the name, or set HF_TOKEN to a token that may read it",
    ],
  ] as const;
  for (const [repo, status, advice] of cases) {
    await assert.rejects(downloadFromHub(repo, ["config.json"], options), {
      name: "Error",
      message: `Cannot load ${repo}: the answer for config.json is ${status}, ${advice}, ` +
        "or name a local folder (local-dir:PATH)",
    });
  }
  assert.equal(hub.arrivals.length, 3, "a refusal is not asked again");
  await assert.rejects(downloadFromHub("org/model", ["pytorch_model.bin"], options), {
    message: /the answer for pytorch_model\.bin is 404/,
  });
});

testWithHub("downloadFromHub() does not follow redirects for ever", async ({ options }) => {
  await assert.rejects(downloadFromHub("org/circle", ["config.json"], options), {
    message: /is redirected more than 10 times/,
  });
});

testWithHub(
  "downloadFromHub() offline uses the cache and names what it lacks",
  async ({ hub, options, path }) => {
    await downloadFromHub("org/model", [large], options);
    const requests = hub.arrivals.length;
    const offline = { ...options, offline: true };
    assert.deepEqual(
      await downloadFromHub("org/model", [large], offline),
      new Map([[large, path]]),
    );
    await assert.rejects(
      downloadFromHub("org/model", ["config.json", large, "more.json"], offline),
      {
        message: `Cannot load org/model: config.json, more.json are not in ${options.cacheDir}` +
          "/org--model/main and HF_HUB_OFFLINE is set; unset it, copy the files there, " +
          "or name a local folder (local-dir:PATH)",
      },
    );
    assert.equal(hub.arrivals.length, requests);
  },
);

testWithHub(
  "downloadFromHub() refuses names that leave the cache folder",
  async ({ hub, options }) => {
    for (const repo of ["model", "a/b/c", "../b", "a/..", "a b/c", ""]) {
      await assert.rejects(downloadFromHub(repo, ["config.json"], options), RangeError, repo);
    }
    for (const file of ["", "..", "../x", "a/../../x", "/etc/x", "a\\..\\x", "C:x", "a/./b"]) {
      await assert.rejects(downloadFromHub("org/model", [file], options), RangeError, file);
      const revised = { ...options, revision: file };
      await assert.rejects(downloadFromHub("org/model", ["x"], revised), RangeError, file);
    }
    assert.equal(hub.arrivals.length, 0);
  },
);

/** Runs a body under other values of the hub's variables, and puts the old ones back. */
async function withEnvironment(
  values: Record<string, string>,
  body: () => void | Promise<void>,
): Promise<void> {
  const names = ["HF_ENDPOINT", "HF_HUB_OFFLINE", "HF_TOKEN"];
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const name of names) Deno.env.delete(name);
    for (const [name, value] of Object.entries(values)) Deno.env.set(name, value);
    await body();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

testWith(["env"], "hubSettingsFromEnvironment() reads the hub's variables", async () => {
  const byDefault = { endpoint: "https://huggingface.co", offline: false, token: undefined };
  await withEnvironment({}, () => assert.deepEqual(hubSettingsFromEnvironment(), byDefault));
  const all = {
    HF_ENDPOINT: "http://mirror.test/hub/",
    HF_HUB_OFFLINE: "YES",
    HF_TOKEN: " hf_x\n",
  };
  await withEnvironment(all, () =>
    assert.deepEqual(hubSettingsFromEnvironment(), {
      endpoint: "http://mirror.test/hub/",
      offline: true,
      token: "hf_x",
    }));
  await withEnvironment(
    { HF_HUB_OFFLINE: "0", HF_TOKEN: "", HF_ENDPOINT: "" },
    () => assert.deepEqual(hubSettingsFromEnvironment(), byDefault),
  );
});

testWith(
  ["env"],
  "hubSettingsFromEnvironment() refuses an endpoint that is no address",
  async () => {
    for (const endpoint of ["huggingface.co", "ftp://huggingface.co", "/x"]) {
      await withEnvironment(
        { HF_ENDPOINT: endpoint },
        () =>
          assert.throws(hubSettingsFromEnvironment, {
            name: "TypeError",
            message: `Cannot use the hub: HF_ENDPOINT is ${endpoint}, ` +
              "expected an address such as https://huggingface.co",
          }),
      );
    }
  },
);

Deno.test(
  "hubSettingsFromEnvironment() asks for no permission",
  { permissions: { env: false } },
  () => {
    assert.deepEqual(hubSettingsFromEnvironment(), {
      endpoint: "https://huggingface.co",
      offline: false,
      token: undefined,
    });
  },
);

testWithHub(
  "downloadFromHub() follows the environment where options say nothing",
  async ({ hub, options }) => {
    const { cacheDir } = options;
    const variables = { HF_ENDPOINT: `${hub.endpoint}/`, HF_TOKEN: "hf_env" };
    await withEnvironment(variables, async () => {
      await downloadFromHub("org/model", ["config.json"], { cacheDir, endpoint: undefined });
    });
    assert.equal(hub.arrivals[0].path, "/org/model/resolve/main/config.json");
    assert.equal(hub.arrivals[0].headers.get("authorization"), "Bearer hf_env");
  },
  { alsoNeeds: ["env"] },
);
