/**
 * Tests that need the disk, and what becomes of them without permission.
 *
 * @module
 */

const states = await Promise.all(
  (["read", "write"] as const).map((name) => Deno.permissions.query({ name })),
);

/** Why files cannot be used here, in words for a test's title; undefined when they can. */
export const filesObstacle: string | undefined = states.every(({ state }) => state === "granted")
  ? undefined
  : "needs --allow-read and --allow-write";

/** Registers a test that reads and writes files; without permission it is ignored and says why. */
export function testWithFiles(name: string, body: () => void | Promise<void>): void {
  Deno.test({
    name: filesObstacle ? `${name} — skipped: ${filesObstacle}` : name,
    ignore: filesObstacle !== undefined,
    fn: body,
  });
}
