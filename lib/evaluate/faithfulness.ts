/**
 * Whether what a map points at is what the teacher decides by: insertion and deletion.
 *
 * RISE, Petsiuk et al. 2018, arXiv:1806.07421.
 *
 * @module
 */
import { blurImage } from "../image/blur.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { Curves } from "../run/evaluation_file.ts";
import type { Classifier } from "../teacher/classifier.ts";
import { meanCurves, type PhotoCurves } from "./mean_curves.ts";
import { type ByOrder, pastePatches, patchOrder } from "./paste_patches.ts";
import { rankedMaps } from "./ranked_maps.ts";
import type { ScoredPhoto } from "./scored_photo.ts";

/** Curves are measured at 0, 10 %, …, 100 % of the patches. */
const STEPS = 10;

/** How photos are taken apart. */
export interface FaithfulnessOptions {
  /** The teacher's. */
  readonly classify: Classifier;
  /** Height and width of the maps, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** The colour that the teacher takes for nothing: the mean of its training photos, R, G and B from 0 to 1. */
  readonly meanColour: readonly [red: number, green: number, blue: number];
  /** What random maps are drawn from, with the photo's path. */
  readonly seed: number;
}

/** Both games: one restores patches, the other removes them. */
export interface Faithfulness<Curve> {
  /** From the blurred photo to the photo: the greater the area, the better the map. */
  readonly insertion: Curve;
  /** From the photo to the mean colour: the smaller the area, the better the map. */
  readonly deletion: Curve;
}

/**
 * Plays both games on one photo, in the order of each of the {@linkcode rankedMaps}, highest patch first.
 * Insertion starts from the blurred photo and restores patches; deletion replaces patches by the mean colour,
 * which is 0 once normalised, as in RISE. The blur is RISE's Gaussian, but as wide as a patch (σ is its
 * side; there it is 5 pixels of 224): what is restored are whole patches, whose like must be gone before.
 *
 * @returns By predictor, the teacher's probability of its own class (the likeliest on the whole photo) at 0,
 * 10 %, …, 100 % of the patches.
 */
export async function faithfulnessOf(
  photo: Pick<ScoredPhoto, "path" | "pixels" | "teacherMap" | "maps">,
  { classify, grid, meanColour, seed }: FaithfulnessOptions,
): Promise<Faithfulness<PhotoCurves>> {
  const { pixels } = photo;
  const blurred = blurImage(pixels, { sigma: pixels.width / grid[1] });
  const blank = fillWith(meanColour, pixels);
  const ends = await classify([pixels, blurred, blank]);
  const ownClass = ends[0].indexOf(Math.max(...ends[0]));
  const [whole, fromBlurred, fromBlank] = ends.map((probabilities) => probabilities[ownClass]);
  const play = async (start: RgbImage, { end, map }: { end: RgbImage; map: Float32Array }) => {
    const between = betweenImages(start, { source: end, order: patchOrder(map), grid });
    return (await classify(between)).map((probabilities) => probabilities[ownClass]);
  };
  const insertion: Record<string, number[]> = {};
  const deletion: Record<string, number[]> = {};
  for (const [name, map] of Object.entries(rankedMaps(photo, { seed }))) {
    insertion[name] = [fromBlurred, ...await play(blurred, { end: pixels, map }), whole];
    deletion[name] = [whole, ...await play(pixels, { end: blank, map }), fromBlank];
  }
  return { insertion, deletion };
}

/**
 * Averages {@linkcode faithfulnessOf} photos; areas are by the trapezoidal rule, from 0 to 1.
 *
 * @param photos At least one.
 */
export function meanFaithfulness(
  photos: readonly Faithfulness<PhotoCurves>[],
  { seed }: { seed: number },
): Faithfulness<Curves> {
  const options = { yTitle: "teacher's probability of its class", x: shares, areaOf, seed };
  return {
    insertion: meanCurves(photos.map(({ insertion }) => insertion), {
      ...options,
      xTitle: "share of patches restored",
    }),
    deletion: meanCurves(photos.map(({ deletion }) => deletion), {
      ...options,
      xTitle: "share of patches removed",
    }),
  };
}

const shares: readonly number[] = Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS);

/** Between the ends, which every map shares. */
function betweenImages(start: RgbImage, pasting: ByOrder): RgbImage[] {
  const { length } = pasting.order;
  return shares.slice(1, -1).map((share) =>
    pastePatches(start, { ...pasting, count: Math.round(share * length) })
  );
}

function areaOf(y: readonly number[]): number {
  const sum = y.reduce((before, value) => before + value, 0);
  return (sum - (y[0] + y[y.length - 1]) / 2) / (y.length - 1);
}

function fillWith(
  colour: readonly [number, number, number],
  { width, height }: RgbImage,
): RgbImage {
  const bytes = colour.map((share) => Math.round(share * 255));
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => bytes[i % 3]);
  return { width, height, data };
}
