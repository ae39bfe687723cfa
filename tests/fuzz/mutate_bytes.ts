/**
 * Damages files byte by byte.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Random } from "../../lib/random/random.ts";

/** A damaged file, and what was done to it. */
export interface Mutant {
  readonly bytes: Uint8Array;
  readonly mutation: string;
}

/** Where length fields and other numbers tend to break. */
const extremes = [0n, 1n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 31n + 1n, 2n ** 32n - 1n, 2n ** 53n]
  .concat([
    2n ** 53n + 1n,
    2n ** 63n,
    2n ** 64n - 1n,
  ]);

type Mutator = (bytes: Uint8Array, random: Random) => Mutant;

const mutators: readonly Mutator[] = [
  function flipBit(bytes, random) {
    const [place, bit] = [random.integer(0, bytes.length), random.integer(0, 8)];
    return altered(bytes, `bit ${bit} of byte ${place} flipped`, (copy) => copy[place] ^= 1 << bit);
  },
  function setByte(bytes, random) {
    const place = random.integer(0, bytes.length);
    const value = random.pick([0, 1, 0x7f, 0x80, 0xff, random.integer(0, 256)]);
    return altered(bytes, `byte ${place} set to ${value}`, (copy) => copy[place] = value);
  },
  function setNumber(bytes, random) {
    const width = random.pick([2, 4, 8]);
    const [place, value] = [random.integer(0, bytes.length), random.pick(extremes)];
    const isLittle = random.chance(0.5);
    const order = isLittle ? "little" : "big";
    return altered(bytes, `${width} bytes at ${place} set to ${value}, ${order}-endian`, (copy) => {
      for (let i = 0; i < width && place + i < copy.length; i++) {
        copy[place + i] = Number((value >> BigInt(8 * (isLittle ? i : width - 1 - i))) & 0xffn);
      }
    });
  },
  function truncate(bytes, random) {
    const length = random.integer(0, bytes.length);
    return { bytes: bytes.slice(0, length), mutation: `cut after ${length} bytes` };
  },
  function insert(bytes, random) {
    const place = random.integer(0, bytes.length + 1);
    const piece = Uint8Array.from(
      { length: random.integer(1, 40) },
      () => random.integer(0, 256),
    );
    return spliced(bytes, {
      place,
      removed: 0,
      piece,
      mutation: `${piece.length} bytes inserted at ${place}`,
    });
  },
  function remove(bytes, random) {
    const place = random.integer(0, bytes.length);
    const removed = random.integer(1, 65);
    return spliced(bytes, { place, removed, mutation: `${removed} bytes removed at ${place}` });
  },
  function duplicate(bytes, random) {
    const [from, length] = [random.integer(0, bytes.length), random.integer(1, 200)];
    const place = random.integer(0, bytes.length + 1);
    const piece = bytes.subarray(from, from + length);
    const mutation = `${piece.length} bytes from ${from} repeated at ${place}`;
    return spliced(bytes, { place, removed: 0, piece, mutation });
  },
];

/** Damages a file that is not empty once, twice or thrice. */
export function mutateBytes(bytes: Uint8Array, random: Random): Mutant {
  let mutant: Mutant = { bytes, mutation: "" };
  const times = random.pick([1, 1, 1, 2, 3]);
  for (let i = 0; i < times && mutant.bytes.length > 0; i++) {
    const next = random.pick(mutators)(mutant.bytes, random);
    mutant = {
      bytes: next.bytes,
      mutation: [mutant.mutation, next.mutation].filter(Boolean).join(", then "),
    };
  }
  return mutant;
}

function altered(
  bytes: Uint8Array,
  mutation: string,
  alter: (copy: Uint8Array) => void,
): Mutant {
  const copy = bytes.slice();
  alter(copy);
  return { bytes: copy, mutation };
}

function spliced(
  bytes: Uint8Array,
  { place, removed, piece = new Uint8Array(), mutation }: {
    place: number;
    removed: number;
    piece?: Uint8Array;
    mutation: string;
  },
): Mutant {
  const joined = Buffer.concat([bytes.subarray(0, place), piece, bytes.subarray(place + removed)]);
  return { bytes: new Uint8Array(joined), mutation };
}
