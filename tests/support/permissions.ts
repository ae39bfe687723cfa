/**
 * Tests that need permissions, and what becomes of them without.
 *
 * @module
 */

/**
 * What a test may need: `read` is of any file, the packages' own among them; `fixtures` is of reference
 * data alone; `net` is of servers on this machine; `run` is of Deno itself.
 */
export type Need = "read" | "fixtures" | "write" | "net" | "run" | "env";

/** What each need asks of Deno, and the flag that grants it. */
const needs: Record<Need, { ask: Deno.PermissionDescriptor; flag: string }> = {
  read: { ask: { name: "read" }, flag: "--allow-read" },
  fixtures: {
    ask: { name: "read", path: new URL("../fixtures/", import.meta.url) },
    flag: "--allow-read for tests/fixtures",
  },
  write: { ask: { name: "write" }, flag: "--allow-write" },
  net: { ask: { name: "net", host: "127.0.0.1" }, flag: "--allow-net for 127.0.0.1" },
  run: { ask: { name: "run", command: Deno.execPath() }, flag: "--allow-run" },
  env: { ask: { name: "env" }, flag: "--allow-env" },
};

const list = new Intl.ListFormat("en-GB");

/** Which permissions are missing, in words for a test's title; undefined when none is. */
export function obstacleTo(wanted: readonly Need[]): string | undefined {
  const missing = wanted.map((need) => needs[need])
    .filter(({ ask }) => Deno.permissions.querySync(ask).state !== "granted")
    .map(({ flag }) => flag);
  return missing.length === 0 ? undefined : `needs ${list.format(missing)}`;
}

/** Registers a test; where a permission is missing it is ignored and its title says why. */
export function testWith(
  wanted: readonly Need[],
  name: string,
  body: () => void | Promise<void>,
): void {
  const obstacle = obstacleTo(wanted);
  Deno.test({
    name: obstacle ? `${name} — skipped: ${obstacle}` : name,
    ignore: obstacle !== undefined,
    fn: body,
  });
}

/**
 * Registers tests that cannot even be named without the permissions; where one is missing, a single
 * ignored test stands in for them and its title says why.
 */
export function describeWith(wanted: readonly Need[], title: string, register: () => void): void {
  if (obstacleTo(wanted) === undefined) register();
  else testWith(wanted, title, () => {});
}

/** Why files cannot be read and written here; undefined when they can. */
export const filesObstacle: string | undefined = obstacleTo(["read", "write"]);

/** Registers a test that reads and writes files, as {@linkcode testWith} does. */
export function testWithFiles(name: string, body: () => void | Promise<void>): void {
  testWith(["read", "write"], name, body);
}
