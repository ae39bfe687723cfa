/**
 * What a cache that is being made still lacks.
 *
 * @module
 */

/** A shard of which something is yet to be written. */
export interface MissingShard {
  /** Its number, from 0. */
  readonly index: number;
  /** What is to be written: its maps, with or without pixels; or, where the maps are there, pixels. */
  readonly missing: "maps" | "maps and images" | "images";
  /** The photos of its group, decodable or not; where only pixels are missing, those with a map. */
  readonly paths: readonly string[];
  /** Where only pixels are missing: the CRC-32 of each photo's file, as it was when it was mapped. */
  readonly checksums?: ArrayLike<number>;
}
