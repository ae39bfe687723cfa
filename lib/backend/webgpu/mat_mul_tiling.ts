/**
 * How a matrix product is cut into workgroups.
 *
 * @module
 */

/** A product c = a·b of each matrix of a batch. */
export interface ProductSizes {
  /** Products. */
  readonly batch: number;
  /** Rows of c. */
  readonly rows: number;
  /** The axis that is summed over. */
  readonly inner: number;
  /** Columns of c. */
  readonly columns: number;
}

/** Tiles of 8·lanes rows and columns, each shared out among `splits` workgroups along the inner axis. */
export interface Tiling {
  /** Threads of a workgroup in each direction. */
  readonly lanes: 8 | 16;
  /** Workgroups that share a tile. */
  readonly splits: number;
}

/** So many workgroups occupy a large GPU: an H100 has 132 multiprocessors, each of which wants several. */
const enoughWorkgroups = 264;

/** The least of the inner axis that is worth a workgroup of its own, and the adding of its part. */
const leastInnerPerSplit = 256;

/**
 * Chooses the large tiles (128 × 128: half the reads) where there are enough of them, else the small ones
 * (64 × 64), and splits where still few are left, as in the gradients of weights.
 */
export function tilingOf(sizes: ProductSizes, { mayBeSplit }: { mayBeSplit: boolean }): Tiling {
  const { batch, inner } = sizes;
  if (batch * numTiles(sizes, 16) >= enoughWorkgroups) return { lanes: 16, splits: 1 };
  const tiles = batch * numTiles(sizes, 8);
  const wanted = Math.ceil(enoughWorkgroups / tiles);
  const possible = mayBeSplit ? Math.floor(inner / leastInnerPerSplit) : 1;
  return { lanes: 8, splits: Math.max(1, Math.min(wanted, possible)) };
}

function numTiles({ rows, columns }: ProductSizes, lanes: number): number {
  return Math.ceil(rows / (8 * lanes)) * Math.ceil(columns / (8 * lanes));
}
