/**
 * How sure a mean over photos is.
 *
 * @module
 */

/** Draws whole numbers, uniform over low … highExclusive − 1. */
export interface IntegerSource {
  /** Draws the next. */
  integer(low: number, highExclusive: number): number;
}

/** A mean, and an interval around it. */
export interface MeanInterval {
  /** The mean of the values. */
  readonly mean: number;
  /** The interval's lower end. */
  readonly low: number;
  /** The interval's upper end. */
  readonly high: number;
}

/** How a bootstrap is done. */
export interface BootstrapOptions {
  /** Where the resamples are drawn from: the same source, the same interval. */
  readonly random: IntegerSource;
  /** How many samples are drawn; 2000 by default, enough for two digits of the ends. */
  readonly resamples?: number;
}

/** The share of resampled means that lie beyond either end: the interval holds 95 %. */
const TAIL = 0.025;

/**
 * The mean of values, and the percentile bootstrap's interval of 95 %: from the 2.5th to the 97.5th
 * percentile of the means of samples that are drawn from the values, as many, with replacement.
 *
 * Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
 *
 * @throws {RangeError} When there is no value, or `resamples` is not a positive integer.
 */
export function bootstrapInterval(
  values: ArrayLike<number>,
  options: BootstrapOptions,
): MeanInterval {
  return bootstrapIntervals([values], options)[0];
}

/**
 * {@linkcode bootstrapInterval} of several columns, such as measures, whose rows, such as photos, are drawn
 * together: as fast as one, and comparable.
 *
 * @param columns Each of the same length.
 * @throws {RangeError} When there is no value, or `resamples` is not a positive integer.
 * @throws {TypeError} When the columns differ in length.
 */
export function bootstrapIntervals(
  columns: readonly ArrayLike<number>[],
  { random, resamples = 2000 }: BootstrapOptions,
): MeanInterval[] {
  const numRows = requireRows(columns, "bootstrap");
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(
      `Cannot bootstrap: resamples is ${resamples}, expected a positive integer`,
    );
  }
  const means = columns.map(() => new Float64Array(resamples));
  const rows = new Uint32Array(numRows);
  for (let sample = 0; sample < resamples; sample++) {
    for (let row = 0; row < numRows; row++) rows[row] = random.integer(0, numRows);
    for (const [index, column] of columns.entries()) {
      means[index][sample] = meanOfRows(column, rows);
    }
  }
  const everyRow = rows.map((_, row) => row);
  return columns.map((column, index) => {
    const sorted = means[index].sort();
    const [low, high] = [TAIL, 1 - TAIL].map((share) => quantile(sorted, share));
    return { mean: meanOfRows(column, everyRow), low, high };
  });
}

/**
 * Counts the rows of columns.
 *
 * @throws {RangeError} When there is none.
 * @throws {TypeError} When the columns differ in length.
 */
export function requireRows(columns: readonly ArrayLike<number>[], purpose: string): number {
  const numRows = columns[0]?.length ?? 0;
  if (numRows === 0) throw new RangeError(`Cannot ${purpose}: there are 0 values, expected some`);
  const other = columns.find(({ length }) => length !== numRows);
  if (!other) return numRows;
  throw new TypeError(
    `Cannot ${purpose}: a column has ${other.length} values, expected ${numRows} as the first`,
  );
}

function meanOfRows(column: ArrayLike<number>, rows: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += column[rows[i]];
  return sum / rows.length;
}

/** Between two values, the straight line, as NumPy does by default. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
