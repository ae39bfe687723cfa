/**
 * Gathers the curves of photos while these are scored.
 *
 * @module
 */
import type { EvaluationFile } from "../run/evaluation_file.ts";
import type { CachedClassifier } from "../teacher/cached_classifier.ts";
import {
  type Faithfulness,
  faithfulnessOf,
  type FaithfulnessOptions,
  meanFaithfulness,
} from "./faithfulness.ts";
import { glimpseCurvesOf, meanGlimpseCurves } from "./glimpse_curves.ts";
import type { PhotoCurves } from "./mean_curves.ts";
import type { ScoredPhoto } from "./scored_photo.ts";

/** What is gathered. */
export interface CurveCollectorOptions extends Pick<FaithfulnessOptions, "grid" | "seed"> {
  /** The teacher's classifier, for insertion and deletion; it stays the caller's. */
  readonly classifier?: CachedClassifier;
  /** Paths of the photos that it looks at: each takes about a hundred passes. */
  readonly classified: readonly string[];
}

/** Takes photo after photo, and keeps no more of them than their curves. */
export class CurveCollector {
  readonly #options: CurveCollectorOptions;
  readonly #classified: ReadonlySet<string>;
  readonly #glimpses: PhotoCurves[] = [];
  readonly #faithfulness: Faithfulness<PhotoCurves>[] = [];

  /** Nothing is gathered yet. */
  constructor(options: CurveCollectorOptions) {
    this.#options = options;
    this.#classified = new Set(options.classified);
  }

  /** Takes one photo. */
  async add(photo: ScoredPhoto): Promise<void> {
    const { classifier, grid, seed } = this.#options;
    this.#glimpses.push(glimpseCurvesOf(photo, { grid, seed }));
    if (!classifier || !this.#classified.has(photo.path)) return;
    this.#faithfulness.push(await faithfulnessOf(photo, { ...classifier, grid, seed }));
  }

  /**
   * The mean curves of the photos taken, of which there is at least one; without a classifier those of
   * glimpses alone.
   */
  summarise(): Pick<EvaluationFile, "glimpses" | "faithfulness"> {
    const { seed } = this.#options;
    const glimpses = meanGlimpseCurves(this.#glimpses, { seed });
    if (this.#faithfulness.length === 0) return { glimpses };
    return { glimpses, faithfulness: meanFaithfulness(this.#faithfulness, { seed }) };
  }
}
