import assert from "node:assert/strict";
import { HubSnapshot } from "../../../lib/weights/hub/hub_snapshot.ts";
import { smallDisk, testOnSmallDisk } from "../../support/small_disk.ts";
import { content, files, large } from "./hub_place.ts";
import { startHub } from "./hub_server.ts";

testOnSmallDisk("HubSnapshot.fetch() goes on once a full disk has room again", async () => {
  await using disk = await smallDisk();
  await using hub = startHub({ "org/model": files });
  const options = { cacheDir: disk.path, endpoint: hub.endpoint, offline: false };
  const snapshot = await HubSnapshot.open("org/model", options);
  await snapshot.fetch("config.json");
  await disk.leave(4096);
  await assert.rejects(snapshot.fetch(large), {
    message: /^Cannot write .*\.incomplete: the disk is full, expected room for it; free some/,
  });
  await disk.empty();
  assert.deepEqual(await Deno.readFile(await snapshot.fetch(large)), content);
  const ranges = hub.arrivals.map(({ headers }) => headers.get("range")).filter(Boolean);
  assert.match(String(ranges.at(-1)), /^bytes=[1-9]\d*-$/, "what was there before stayed");
});

testOnSmallDisk("HubSnapshot.fetch() reads a cache folder that may not be written", async () => {
  await using disk = await smallDisk();
  await using hub = startHub({ "org/model": files });
  const options = { cacheDir: disk.path, endpoint: hub.endpoint, offline: false };
  const fetch = async (name: string, revision: string) =>
    await (await HubSnapshot.open("org/model", { ...options, revision })).fetch(name);
  const path = await fetch(large, "main");
  await disk.makeReadOnly();
  assert.equal(await fetch(large, "main"), path);
  assert.equal(await fetch(large, "v1"), path, "though it cannot be noted where v1 is");
  await assert.rejects(fetch("config.json", "main"), {
    message: /^Cannot write .*: the file system is read-only, .*name another folder/,
  });
});
