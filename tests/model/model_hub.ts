/**
 * Tests of models beside a hub on this machine, to which the environment points.
 *
 * @module
 */
import { hubVariables, tokenVariables } from "../../lib/weights/hub/hub_settings.ts";
import { withEnvironment } from "../support/environment.ts";
import { testWith } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { type HubServer, type RepositoryFiles, startHub } from "../weights/hub/hub_server.ts";

/** What a test beside a hub is given. */
export interface ModelHub {
  readonly hub: HubServer;
  /** An empty folder, which is the environment's cache folder too. */
  readonly folder: string;
  /** What the hub was asked for so far, in order: `GET /timm/…`. */
  readonly asked: () => string[];
}

/**
 * Registers a test whose environment points at a hub with these repositories; without the permissions its
 * title says why it is ignored.
 */
export function testBesideHub(
  name: string,
  repositories: Record<string, RepositoryFiles>,
  body: (hub: ModelHub) => Promise<void>,
): void {
  testWith(["read", "write", "net", "env"], name, async () => {
    await using hub = startHub(repositories);
    await using folder = await temporaryFolder();
    const none = [...hubVariables, ...tokenVariables].map((name) => [name, undefined]);
    const ours = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: folder.path, HF_TOKEN_PATH: "none" };
    await withEnvironment({ ...Object.fromEntries(none), ...ours }, () =>
      body({
        hub,
        folder: folder.path,
        asked: () =>
          hub.arrivals.filter(({ server }) => server === "hub")
            .map(({ method, path }) => `${method} ${path}`),
      }));
  });
}
