/**
 * Safetensors files that carry a checksum of all that they hold, for what this project writes and reads
 * back: a changed byte is found before anything of the file is used.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { WeightLimits } from "../files/limits.ts";
import { unreadable } from "./safetensors_header.ts";
import {
  type HostTensor,
  readSafetensors,
  type SafetensorsContent,
  type SafetensorsWriteOptions,
  serialisedPieces,
  writeSafetensors,
} from "./safetensors.ts";

/** The key of the checksum among the texts of the file. */
const CHECKSUM_KEY = "sha256";

/**
 * Writes a safetensors file, atomically, with the SHA-256 of its tensors and texts among the texts.
 *
 * @throws As {@linkcode writeSafetensors} does.
 */
export async function writeChecksummed(
  path: string,
  tensors: ReadonlyMap<string, HostTensor>,
  { metadata = {} }: SafetensorsWriteOptions = {},
): Promise<void> {
  await writeSafetensors(path, tensors, { metadata: withChecksum({ tensors, metadata }) });
}

/** The texts of a file with, among them, the SHA-256 of its tensors and the others. */
export function withChecksum(
  { tensors, metadata: { [CHECKSUM_KEY]: _, ...metadata } }: SafetensorsContent,
): Record<string, string> {
  return { ...metadata, [CHECKSUM_KEY]: checksumOf({ tensors, metadata }) };
}

/**
 * Reads what {@linkcode writeChecksummed} wrote, whole.
 *
 * @returns The tensors, and the texts without the checksum.
 * @throws {SyntaxError} When the file is damaged or carries no checksum: one whose key was hit by the
 * damage must not pass for a file that never had one.
 * @throws As {@linkcode readSafetensors} does.
 */
export async function readChecksummed(
  path: string,
  limits: WeightLimits = {},
): Promise<SafetensorsContent> {
  const { tensors, metadata: { [CHECKSUM_KEY]: expected, ...metadata } } = await readSafetensors(
    path,
    limits,
  );
  if (expected === undefined) {
    throw unreadable(path, `it carries no ${CHECKSUM_KEY}, expected a file that train wrote`);
  }
  const actual = checksumOf({ tensors, metadata });
  if (actual === expected) return { tensors, metadata };
  throw unreadable(path, `the SHA-256 of its content is ${actual}, expected ${expected}`);
}

/** Over the file as it would be without the checksum, so that names, shapes and texts count too. */
function checksumOf({ tensors, metadata }: SafetensorsContent): string {
  const hash = createHash("sha256");
  for (const piece of serialisedPieces(tensors, { metadata })) hash.update(piece);
  return hash.digest("hex");
}
