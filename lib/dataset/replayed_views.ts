/**
 * The cached views of photos, to be painted again.
 *
 * @module
 */
import type { RolloutCache } from "../cache/rollout_cache.ts";
import { ViewCache } from "../cache/view_cache.ts";
import type { ViewSettings } from "../cache/view_settings.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import type { Augmentation } from "./augmentation.ts";
import { parseAugmentation } from "./augmentation_schema.ts";
import { VIEW_GENERATOR_VERSION } from "./view.ts";

/** One view of a photo, without its pixels. */
export interface ReplayedView {
  /** How the photo is moved and coloured. */
  readonly augmentation: Augmentation;
  /** The teacher's map of the moved photo, divided by its maximum: [gridHeight, gridWidth]. */
  readonly map: Float32Array;
}

/** Gives the views that a cache holds. */
export class ReplayedViews {
  /** How they were drawn. */
  readonly settings: ViewSettings;
  readonly #views: ViewCache;
  readonly #folder: string;

  private constructor(views: ViewCache, folder: string) {
    this.settings = views.settings;
    this.#views = views;
    this.#folder = folder;
  }

  /**
   * Opens the views of a cache, which stays the caller's.
   *
   * @throws {Error} When it holds none, or such as this program paints otherwise.
   * @throws {SyntaxError} When a file has another size than the manifest says.
   */
  static async open(cache: RolloutCache): Promise<ReplayedViews> {
    const views = await ViewCache.open(cache);
    const { generatorVersion, perPhoto } = views.settings;
    if (generatorVersion === VIEW_GENERATOR_VERSION) return new ReplayedViews(views, cache.folder);
    throw new Error(
      `Cannot replay views: those of ${cache.folder} are of version ${generatorVersion} of the ` +
        `augmentation generator, expected ${VIEW_GENERATOR_VERSION}; delete its files ` +
        `views-*.safetensors and run precompute --views=${perPhoto} again`,
    );
  }

  /**
   * Gives the view of a photo in an epoch: number `epoch` mod K.
   *
   * @param path Relative to the data set, with `/`.
   * @param epoch Counted from 0 over the whole training.
   * @throws {RangeError} When the photo is not in the cache.
   * @throws {SyntaxError} When its views are damaged.
   */
  async load(path: string, epoch: number): Promise<ReplayedView> {
    const { augmentation, map } = await this.#views.read(path, epoch % this.settings.perPhoto);
    try {
      return { augmentation: parseAugmentation(augmentation), map: divideByMaximum(map) };
    } catch (error) {
      throw new SyntaxError(
        `Cannot replay views: the augmentation of ${path} in ${this.#folder} is damaged (${
          (error as Error).message
        }); delete the files views-*.safetensors and run precompute --views again`,
      );
    }
  }
}
