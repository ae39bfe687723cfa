import assert from "node:assert/strict";
import { join } from "node:path";
import {
  hubCacheFolder,
  hubSettingsFromEnvironment,
  hubToken,
  hubTokenFile,
  hubVariables,
  tokenVariables,
} from "../../../lib/weights/hub/hub_settings.ts";
import { withEnvironment } from "../../support/environment.ts";
import { testWith } from "../../support/permissions.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

const none = Object.fromEntries([...hubVariables, ...tokenVariables].map((it) => [it, undefined]));

/** Runs with these of the hub's variables alone. */
const withVariables = (variables: Record<string, string>, body: () => void | Promise<void>) =>
  withEnvironment({ ...none, ...variables }, body);

const byDefault = { endpoint: "https://huggingface.co", offline: false };

testWith(["env"], "hubSettingsFromEnvironment() reads the hub's variables", async () => {
  await withVariables({}, () => assert.deepEqual(hubSettingsFromEnvironment(), byDefault));
  const mirror = { HF_ENDPOINT: "http://mirror.test/hub//", HF_HUB_OFFLINE: "YES" };
  await withVariables(mirror, () =>
    assert.deepEqual(hubSettingsFromEnvironment(), {
      endpoint: "http://mirror.test/hub",
      offline: true,
    }));
  await withVariables(
    { HF_HUB_OFFLINE: "0", HF_ENDPOINT: "" },
    () => assert.deepEqual(hubSettingsFromEnvironment(), byDefault),
  );
  for (const [hub, transformers, offline] of [["", "1", true], ["0", "1", false]] as const) {
    await withVariables(
      { HF_HUB_OFFLINE: hub, TRANSFORMERS_OFFLINE: transformers },
      () => assert.equal(hubSettingsFromEnvironment().offline, offline),
    );
  }
});

testWith(
  ["env"],
  "hubSettingsFromEnvironment() refuses an endpoint that is no address",
  async () => {
    const endpoints = {
      "me:secret@hub": "…@hub",
      "hub.org": "hub.org",
      "ftp://h": "ftp://h",
      "/x": "/x",
    };
    for (const [endpoint, shown] of Object.entries(endpoints)) {
      await withVariables(
        { HF_ENDPOINT: endpoint },
        () =>
          assert.throws(hubSettingsFromEnvironment, {
            name: "TypeError",
            message: `Cannot use the hub: HF_ENDPOINT is ${shown}, ` +
              "expected an address such as https://huggingface.co",
          }),
      );
    }
  },
);

Deno.test(
  "hubSettingsFromEnvironment() and hubToken() ask for no permission",
  { permissions: { env: false, read: false } },
  () => {
    assert.deepEqual(hubSettingsFromEnvironment(), byDefault);
    assert.equal(hubToken(), undefined);
  },
);

testWith(["env"], "hubCacheFolder() is where Python's library has it", async () => {
  const home = join("/", "home", "me");
  const cases: [variables: Record<string, string>, folder: string][] = [
    [{ HF_HUB_CACHE: "/a", HUGGINGFACE_HUB_CACHE: "/b", HF_HOME: "/c" }, "/a"],
    [{ HUGGINGFACE_HUB_CACHE: "/b", HF_HOME: "/c", XDG_CACHE_HOME: "/d" }, "/b"],
    [{ HF_HOME: "/c", XDG_CACHE_HOME: "/d" }, join("/c", "hub")],
    [{ XDG_CACHE_HOME: "/d" }, join("/d", "huggingface", "hub")],
    [{ HOME: home }, join(home, ".cache", "huggingface", "hub")],
    [{ USERPROFILE: home }, join(home, ".cache", "huggingface", "hub")],
    [{ HOME: home, HF_HUB_CACHE: "~/models" }, join(home, "models")],
    [{ HOME: home, HF_HOME: "~" }, join(home, "hub")],
  ];
  for (const [variables, folder] of cases) {
    await withVariables(variables, () => assert.equal(hubCacheFolder(), folder));
  }
  await withVariables({}, () => {
    assert.throws(hubCacheFolder, {
      message: /HOME is not set, .*; set HF_HOME, or name a folder/,
    });
  });
});

testWith(["env", "read", "write"], "hubToken() is the variable's, else the file's", async () => {
  await using folder = await temporaryFolder();
  const HF_HOME = folder.path;
  await withVariables({ HF_HOME }, () => assert.equal(hubToken(), undefined));
  await Deno.writeTextFile(join(HF_HOME, "token"), "hf_login\n");
  await withVariables({ HF_HOME }, () => assert.equal(hubToken(), "hf_login"));
  await withVariables({ HF_HOME, HF_TOKEN: " hf_x\n" }, () => assert.equal(hubToken(), "hf_x"));
  const HF_TOKEN_PATH = join(HF_HOME, "other");
  await withVariables({ HF_HOME, HF_TOKEN_PATH }, () => {
    assert.equal(hubTokenFile(), HF_TOKEN_PATH);
    assert.equal(hubToken(), undefined);
  });
});
