/**
 * Whether a file on the disk is the one that a hub described.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { HubFile } from "./hub_questions.ts";

/** A hash as a hub tells it of a file: git puts a header before the bytes. */
export interface FileHash {
  /** Which hash. */
  readonly kind: "SHA-256" | "git SHA-1";
  /** Its hexadecimal digits. */
  readonly digits: string;
}

/** The hash that a file must have; a mirror may tell none. */
export function hashOf({ etag }: HubFile): FileHash | undefined {
  if (/^[0-9a-f]{64}$/.test(etag)) return { kind: "SHA-256", digits: etag };
  if (/^[0-9a-f]{40}$/.test(etag)) return { kind: "git SHA-1", digits: etag };
  return undefined;
}

/**
 * Compares a file's size, and its hash where the hub told one, with what is expected.
 *
 * @returns What is wrong with it, for messages; undefined when nothing is.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function faultOf(path: string, expected: HubFile): Promise<string | undefined> {
  const { size } = await Deno.stat(path);
  if (size !== expected.size) {
    return `it has ${
      size > expected.size ? "more" : "fewer"
    } bytes than the expected ${expected.size}`;
  }
  const hash = hashOf(expected);
  if (!hash) return undefined;
  const actual = await digitsOf(path, { kind: hash.kind, size });
  return actual === hash.digits
    ? undefined
    : `its ${hash.kind} is ${actual}, expected ${hash.digits}`;
}

async function digitsOf(
  path: string,
  { kind, size }: { kind: FileHash["kind"]; size: number },
): Promise<string> {
  const hash = createHash(kind === "SHA-256" ? "sha256" : "sha1");
  if (kind === "git SHA-1") hash.update(`blob ${size}\0`); // git's header of a file
  for await (const piece of (await Deno.open(path)).readable) hash.update(piece);
  return hash.digest("hex");
}
