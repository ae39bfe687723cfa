/**
 * Tests beside a hub on this machine that hands out files as they are.
 *
 * @module
 */
import { testWith } from "../support/permissions.ts";

/** What a test beside a hub is given. */
export interface FileHub {
  /** The paths that were asked for, in order. */
  readonly requests: string[];
  /** An empty folder. */
  readonly folder: string;
}

const variables = ["HF_ENDPOINT", "HF_HUB_OFFLINE", "HF_TOKEN"];

/**
 * Registers a test whose environment points at a hub with these files by path, e.g.
 * `/timm/name/resolve/main/config.json`; without the permissions its title says why it is ignored.
 */
export function testBesideHub(
  name: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  body: (hub: FileHub) => Promise<void>,
): void {
  testWith(["read", "write", "net", "env"], name, async () => {
    const requests: string[] = [];
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const { pathname } = new URL(request.url);
        requests.push(pathname);
        return Object.hasOwn(files, pathname)
          ? new Response(files[pathname] as BodyInit)
          : new Response("Entry not found", { status: 404 });
      },
    );
    const folder = await Deno.makeTempDir();
    const before = variables.map((name) => [name, Deno.env.get(name)] as const);
    try {
      for (const name of variables) Deno.env.delete(name);
      Deno.env.set("HF_ENDPOINT", `http://127.0.0.1:${server.addr.port}`);
      await body({ requests, folder });
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      }
      await Deno.remove(folder, { recursive: true });
    }
  });
}
