/**
 * Curves of photos, averaged.
 *
 * @module
 */
import { bootstrapIntervals } from "../metrics/bootstrap.ts";
import { Random } from "../random/random.ts";
import type { Curves } from "../run/evaluation_file.ts";

/** One photo's curves: by predictor, y at each x. */
export type PhotoCurves = Readonly<Record<string, readonly number[]>>;

/** What the curves are of. */
export interface MeanCurvesOptions extends Pick<Curves, "xTitle" | "yTitle"> {
  /** Where the curves are measured. */
  readonly x: readonly number[];
  /** The area under one photo's curve. */
  readonly areaOf: (y: readonly number[]) => number;
  /** What resamples are drawn from. */
  readonly seed: number;
}

/**
 * The mean curve and the mean area of each predictor over photos, with bootstrap intervals of 95 %; the same
 * photos are drawn for every predictor and every x.
 *
 * @param photos At least one, all with the same predictors and as many values each as `x`.
 * @throws {RangeError} When there is no photo.
 */
export function meanCurves(
  photos: readonly PhotoCurves[],
  { x, xTitle, yTitle, areaOf, seed }: MeanCurvesOptions,
): Curves {
  if (photos.length === 0) {
    throw new RangeError("Cannot average curves: there are 0 photos, expected some");
  }
  const names = Object.keys(photos[0]);
  const columns = names.flatMap((name) => [
    photos.map((photo) => areaOf(photo[name])),
    ...x.map((_, point) => photos.map((photo) => photo[name][point])),
  ]);
  const intervals = bootstrapIntervals(columns, { random: Random.from("bootstrap", seed) });
  const byPredictor = names.map((name, place) => {
    const first = place * (x.length + 1);
    const points = x.map((x, point) => ({ x, ...intervals[first + 1 + point] }));
    return [name, { area: intervals[first], points }] as const;
  });
  return { xTitle, yTitle, byPredictor: Object.fromEntries(byPredictor) };
}
