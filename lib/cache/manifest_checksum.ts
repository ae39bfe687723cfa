/**
 * The manifest's checksum of itself: it tells that any value in it has changed since it was written.
 *
 * @module
 */
import { sha256Hex } from "../files/sha256.ts";

/** The name of the field that holds the checksum; it alone is not covered by it. */
const FIELD = "sha256";

/**
 * The SHA-256 of a manifest's values, however its text is spaced and whatever the order of its keys.
 *
 * @param manifest What its JSON says; a field `sha256` does not count.
 * @returns 64 lower-case hexadecimal digits.
 */
export function manifestSha256(manifest: object): string {
  const text = JSON.stringify(
    { ...manifest, [FIELD]: undefined },
    (_key, value) => isRecord(value) ? sortKeys(value) : value,
  );
  return sha256Hex(text);
}

/**
 * Makes sure that a manifest is what was written.
 *
 * @param manifest What its JSON says.
 * @throws {SyntaxError} When its field `sha256` does not fit the others.
 */
export function checkManifestSha256(manifest: object): void {
  const expected = manifestSha256(manifest);
  if ((manifest as Record<string, unknown>)[FIELD] === expected) return;
  throw new SyntaxError(
    `${FIELD}: does not fit the other fields, expected ${expected} if these are what was written`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortKeys(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(record).sort().map((key) => [key, record[key]]));
}
