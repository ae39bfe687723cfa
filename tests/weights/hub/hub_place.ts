/**
 * Tests beside a hub with one repository, and an empty cache folder.
 *
 * @module
 */
import { join } from "node:path";
import { HubSnapshot } from "../../../lib/weights/hub/hub_snapshot.ts";
import type { HubOptions } from "../../../lib/weights/hub/hub_snapshot.ts";
import { type Need, testWith } from "../../support/permissions.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { commitOf, hashOf, type HubServer, type RepositoryFiles, startHub } from "./hub_server.ts";

/** The bytes of the large file. */
export const content = Uint8Array.from({ length: 10_000 }, (_, index) => (index * 7919) >> 5);

/** Other bytes of the same number. */
export const other: Uint8Array = content.map((byte) => byte ^ 0x55);

/** The name of the large file in `org/model`. */
export const large = "model.safetensors";

/** The files of `org/model`. */
export const files: RepositoryFiles = {
  "config.json": '{"architecture":"vit"}',
  [large]: content,
};

/** What a test with a hub is given. */
export interface Place {
  readonly hub: HubServer;
  /** The folder of `org/model` in the cache folder. */
  readonly folder: string;
  /** Where the large file of `org/model` ends up. */
  readonly path: string;
  /** Where its bytes do. */
  readonly blob: string;
  readonly options: HubOptions;
  /** Makes a file of `org/model` present, under other options perhaps. */
  fetch(name: string, options?: HubOptions): Promise<string>;
}

/** Registers a test with a hub of its own and an empty cache folder. */
export function testWithHub(
  name: string,
  body: (place: Place) => Promise<void>,
  { alsoNeeds = [] }: { alsoNeeds?: readonly Need[] } = {},
): void {
  testWith(["read", "write", "net", ...alsoNeeds], name, async () => {
    await using hub = startHub({ "org/model": files });
    await using cache = await temporaryFolder();
    const { endpoint } = hub;
    const options = { cacheDir: cache.path, endpoint, offline: false, retryDelays: [0, 0, 0, 0] };
    const folder = join(cache.path, "models--org--model");
    await body({
      hub,
      options,
      folder,
      path: join(folder, "snapshots", commitOf(files), large),
      blob: join(folder, "blobs", hashOf(large, content)),
      fetch: async (file, more) =>
        await (await HubSnapshot.open("org/model", { ...options, ...more })).fetch(file),
    });
  });
}

/** The names in a folder, in order. */
export const namesIn = (folder: string): string[] =>
  Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

/** The ranges that the content server was asked for, in order; null is the whole file. */
export const rangesAsked = ({ arrivals }: HubServer) =>
  arrivals.filter(({ server }) => server === "content").map(({ headers }) => headers.get("range"));
