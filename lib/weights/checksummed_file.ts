/**
 * Safetensors files that carry a checksum of all that they hold.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { WeightLimits } from "../files/limits.ts";
import { verifyChecksum, withChecksum } from "./checksum.ts";
import type { HostTensor } from "./host_tensor.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import type { SafetensorsContent, SafetensorsWriteOptions } from "./safetensors_bytes.ts";

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
  await writeSafetensors(path, tensors, {
    metadata: withChecksum({ tensors, metadata }, nativeSha256),
  });
}

/**
 * Reads what {@linkcode writeChecksummed} wrote, whole.
 *
 * @returns The tensors, and the texts without the checksum.
 * @throws As {@linkcode readSafetensors} and {@linkcode verifyChecksum} do.
 */
export async function readChecksummed(
  path: string,
  limits: WeightLimits = {},
): Promise<SafetensorsContent> {
  const content = await readSafetensors(path, limits);
  return verifyChecksum(content, { name: path, hash: nativeSha256 });
}

/** Node's, for files of gigabytes. */
function nativeSha256(pieces: Iterable<Uint8Array>): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
