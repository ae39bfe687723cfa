/**
 * How fast glimpses find what the teacher looks at.
 *
 * @module
 */
import { coverageCurve } from "../glimpses/coverage_curve.ts";
import { nextGlimpses } from "../glimpses/next_glimpses.ts";
import type { Curves } from "../run/evaluation_file.ts";
import { meanCurves, type PhotoCurves } from "./mean_curves.ts";
import { rankedMaps } from "./ranked_maps.ts";
import type { ScoredPhoto } from "./scored_photo.ts";

/** Which glimpses are taken. */
export interface GlimpseCurvesOptions {
  /** Height and width of the maps, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** How many glimpses; 10 by default. */
  readonly count?: number;
  /** A glimpse's side, in patches; 1 by default, for which the teacher's own curve is the highest there is. */
  readonly size?: number;
  /** What random maps are drawn from, with the photo's path. */
  readonly seed: number;
}

/** Of a photo, the teacher's map and the others, by predictor. */
export type MappedPhoto = Pick<ScoredPhoto, "path" | "teacherMap" | "maps">;

/**
 * The share of the teacher's attention that lies within the first 1…k glimpses of one photo, when each map
 * says where to look: the {@linkcode rankedMaps}. The glimpses do not overlap; where no more fit, the share
 * stays.
 *
 * @returns By predictor, k shares from 0 to 1.
 * @throws As {@linkcode nextGlimpses} does.
 */
export function glimpseCurvesOf(
  photo: MappedPhoto,
  { grid, count = 10, size = 1, seed }: GlimpseCurvesOptions,
): PhotoCurves {
  const curves = Object.entries(rankedMaps(photo, { seed })).map(([name, map]) => {
    const glimpses = nextGlimpses(map, { grid, count, size, imageSize: grid });
    const shares = coverageCurve(photo.teacherMap, glimpses);
    return [name, Array.from({ length: count }, (_, i) => shares[i] ?? shares.at(-1)!)] as const;
  });
  return Object.fromEntries(curves);
}

/**
 * Averages {@linkcode glimpseCurvesOf} photos; the area is the mean of the curve's shares.
 *
 * @param photos At least one.
 * @param options `size` as the glimpses were, for the axis; `seed` of the resamples.
 */
export function meanGlimpseCurves(
  photos: readonly PhotoCurves[],
  { size = 1, seed }: { size?: number; seed: number },
): Curves {
  const [first = {}] = photos;
  const count = Object.values(first)[0]?.length ?? 0;
  return meanCurves(photos, {
    x: Array.from({ length: count }, (_, glimpse) => glimpse + 1),
    xTitle: size === 1 ? "glimpses of one patch" : `glimpses of ${size}×${size} patches`,
    yTitle: "teacher's attention covered",
    areaOf: (shares) => shares.reduce((sum, share) => sum + share, 0) / shares.length,
    seed,
  });
}
