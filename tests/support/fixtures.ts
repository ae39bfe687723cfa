/**
 * Reference data for tests, and what to do where the permissions do not let them be read.
 *
 * @module
 */
import { type HostTensor, parseSafetensors } from "../../lib/weights/safetensors.ts";

const folder = new URL("../fixtures/", import.meta.url);
const permission = await Deno.permissions.query({ name: "read", path: folder });

/** Why no fixture can be read here, in words for a test's title; undefined when they can. */
export const fixturesObstacle: string | undefined = permission.state === "granted"
  ? undefined
  : "needs --allow-read for tests/fixtures";

/** Reads a file of `tests/fixtures/`. */
export function readFixture(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(name, folder));
}

/** Reads the tensors of a safetensors file of `tests/fixtures/`. */
export function readFixtureTensors(name: string): ReadonlyMap<string, HostTensor> {
  return parseSafetensors(readFixture(name), { name }).tensors;
}

/** Registers tests that read fixtures, or in their place one ignored test whose title says why. */
export function describeWithFixtures(title: string, register: () => void): void {
  if (fixturesObstacle === undefined) return register();
  Deno.test({ name: `${title} — skipped: ${fixturesObstacle}`, ignore: true, fn: () => {} });
}
