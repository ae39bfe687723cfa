/**
 * Tests that need a folder of their own.
 *
 * @module
 */
const permissions = [{ name: "read" }, { name: "write" }] as const;
const states = await Promise.all(permissions.map((one) => Deno.permissions.query(one)));
const isAllowed = states.every(({ state }) => state === "granted");

/** Registers a test that gets an empty folder; without the permissions its title says why not. */
export function testInFolder(name: string, body: (folder: string) => Promise<void>): void {
  Deno.test({
    name: isAllowed ? name : `${name} — skipped: needs --allow-read and --allow-write`,
    ignore: !isAllowed,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      try {
        await body(folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
