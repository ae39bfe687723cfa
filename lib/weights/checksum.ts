/**
 * Safetensors that carry a checksum of all that they hold, for what this project writes and reads back: a
 * changed byte is found before anything is used.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import {
  parseSafetensors,
  type SafetensorsContent,
  serialisedPieces,
} from "./safetensors_bytes.ts";
import { unreadable } from "./safetensors_header.ts";

/** The key of the checksum among the texts of the file. */
const CHECKSUM_KEY = "sha256";

/** Computes the SHA-256 of bytes that come in pieces: 64 lower-case hexadecimal digits. */
export type Sha256 = (pieces: Iterable<Uint8Array>) => string;

/** In JavaScript, which runs everywhere, at a tenth of the speed of Node's. */
const portableSha256: Sha256 = (pieces) => {
  const hash = sha256.create();
  for (const piece of pieces) hash.update(piece);
  return bytesToHex(hash.digest());
};

/** The texts of a file with, among them, the SHA-256 of its tensors and the others. */
export function withChecksum(
  { tensors, metadata: { [CHECKSUM_KEY]: _, ...metadata } }: SafetensorsContent,
  hash: Sha256 = portableSha256,
): Record<string, string> {
  return { ...metadata, [CHECKSUM_KEY]: checksumOf({ tensors, metadata }, hash) };
}

/**
 * Reads from memory what `writeChecksummed` wrote.
 *
 * @param bytes The whole file.
 * @param options.name What messages call it.
 * @throws As {@linkcode verifyChecksum} and {@linkcode parseSafetensors} do.
 */
export function parseChecksummed(
  bytes: Uint8Array,
  { name }: { readonly name: string },
): SafetensorsContent {
  return verifyChecksum(parseSafetensors(bytes, { name }), { name });
}

/**
 * Compares a file's checksum with what it holds.
 *
 * @returns The tensors, and the texts without the checksum.
 * @throws {SyntaxError} When the file is damaged or carries no checksum: one whose key was hit by the
 * damage must not pass for a file that never had one.
 */
export function verifyChecksum(
  { tensors, metadata: { [CHECKSUM_KEY]: expected, ...metadata } }: SafetensorsContent,
  { name, hash = portableSha256 }: { readonly name: string; readonly hash?: Sha256 },
): SafetensorsContent {
  if (expected === undefined) {
    throw unreadable(name, `it carries no ${CHECKSUM_KEY}, expected a file that train wrote`);
  }
  const actual = checksumOf({ tensors, metadata }, hash);
  if (actual === expected) return { tensors, metadata };
  throw unreadable(name, `the SHA-256 of its content is ${actual}, expected ${expected}`);
}

/** Over the file as it would be without the checksum, so that names, shapes and texts count too. */
function checksumOf({ tensors, metadata }: SafetensorsContent, hash: Sha256): string {
  return hash(serialisedPieces(tensors, { metadata }));
}
