/**
 * Reference data for tests.
 *
 * @module
 */
import { type HostTensor, parseSafetensors } from "../../lib/weights/safetensors.ts";
import { describeWith } from "./permissions.ts";

const folder = new URL("../fixtures/", import.meta.url);

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
  describeWith(["fixtures"], title, register);
}
