/**
 * Damages files within what their formats check, so that the damage reaches what lies behind.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import type { Random } from "../../lib/random/random.ts";
import { type Mutant, mutateBytes } from "./mutate_bytes.ts";
import { mutateJson } from "./mutate_json.ts";

const PREFIX = 8;

/** Damages a safetensors file: the JSON of its header, with the length put right, or any bytes. */
export function mutateSafetensors(bytes: Uint8Array, random: Random): Mutant {
  if (random.chance(0.4)) return mutateBytes(bytes, random);
  const end = PREFIX + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { text, mutation } = mutateJson(
    new TextDecoder().decode(bytes.subarray(PREFIX, end)),
    random,
  );
  const json = new TextEncoder().encode(text);
  const length = Buffer.alloc(PREFIX);
  length.writeBigUInt64LE(BigInt(json.length));
  const joined = Buffer.concat([length, json, bytes.subarray(end)]);
  return { bytes: new Uint8Array(joined), mutation: `header: ${mutation}` };
}

/** Damages a safetensors file's tensors, and nothing else. */
export function mutateSafetensorsBody(bytes: Uint8Array, random: Random): Mutant {
  const start = PREFIX + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const body = mutateBytes(bytes.subarray(start), random);
  const joined = Buffer.concat([bytes.subarray(0, start), body.bytes]);
  return { bytes: new Uint8Array(joined), mutation: `body: ${body.mutation}` };
}

/** Damages a PNG, half the time with the checksums of its chunks put right. */
export function mutatePng(bytes: Uint8Array, random: Random): Mutant {
  const mutant = mutateBytes(bytes, random);
  if (random.chance(0.5)) return mutant;
  const copy = Buffer.from(mutant.bytes);
  for (let start = 8; start + 12 <= copy.length;) {
    const end = start + 12 + copy.readUInt32BE(start);
    if (end > copy.length) break;
    copy.writeUInt32BE(crc32(copy.subarray(start + 4, end - 4)), end - 4);
    start = end;
  }
  return { bytes: new Uint8Array(copy), mutation: `${mutant.mutation}, checksums put right` };
}

/** Damages a JPEG: half the time the length of a segment or a field of its frame, else any bytes. */
export function mutateJpeg(bytes: Uint8Array, random: Random): Mutant {
  if (random.chance(0.5)) return mutateBytes(bytes, random);
  const markers = [...bytes.keys()].filter((place) =>
    bytes[place] === 0xff && bytes[place + 1] >= 0xc0 && place + 12 < bytes.length
  );
  const place = random.pick(markers) + random.integer(1, 12);
  const value = random.pick([0, 1, 2, 3, 4, 8, 17, 64, 127, 128, 192, 194, 196, 218, 254, 255]);
  const copy = bytes.slice();
  copy[place] = value;
  return { bytes: copy, mutation: `byte ${place} of a segment set to ${value}` };
}
