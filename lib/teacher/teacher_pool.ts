/**
 * Several teachers in worker threads, where one thread does not fill the machine.
 *
 * @module
 */
import type { Preprocessing } from "../image/preprocess.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { WorkerPool } from "../threads/worker_pool.ts";
import { gridOf } from "../model/vit_config.ts";
import { concatenateMaps } from "../rollout/concatenate_maps.ts";
import { piecesOf } from "../threads/pieces.ts";
import type { Teacher } from "./teacher.ts";
import type { MapsRequest, MapsResponse, TeacherSetup } from "./teacher_worker.ts";

/**
 * Photos that a worker maps at once: enough to keep matrix products long, few enough that layers stay in
 * the processor's cache. It does not depend on the number of workers, nor do the maps then.
 */
const photosAtOnce = 4;

/** Maps photos in worker threads on the wasm backend, each with the weights in its own memory. */
export class TeacherPool implements Teacher, Disposable {
  /** How photos are prepared before {@linkcode TeacherPool.maps} sees them. */
  readonly preprocessing: Preprocessing;
  /** Height and width of a map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  readonly #setup: TeacherSetup;
  readonly #pool: WorkerPool<MapsRequest, MapsResponse>;

  /**
   * Makes a pool; the workers start when there is something to do, and each loads the teacher then.
   *
   * @throws {RangeError} When `workers` is not a positive integer.
   */
  constructor(setup: TeacherSetup, { workers }: { workers: number }) {
    const { config, preprocessing } = setup.located.description;
    this.preprocessing = preprocessing;
    this.grid = gridOf(config);
    this.#setup = setup;
    const workerUrl = new URL("./teacher_worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ workers, workerUrl, purpose: "map photos" });
  }

  /**
   * Loads the teacher in one worker, so that weights that do not fit are known before the work begins.
   *
   * @throws {SyntaxError} When they do not fit.
   */
  async load(): Promise<void> {
    await this.#pool.run({ setup: this.#setup, images: [] }, { item: "no photos yet" });
  }

  /**
   * Computes the rollout maps of a batch.
   *
   * @param images B photos, prepared.
   * @returns Raw maps, before division by their maximum: [B, gridHeight, gridWidth].
   * @throws {Error} What a worker could not do.
   */
  async maps(images: readonly RgbImage[]): Promise<Float32Array> {
    const parts = piecesOf(images, photosAtOnce).map((part, index) =>
      this.#pool.run({ setup: this.#setup, images: part }, { item: `part ${index + 1} of a batch` })
    );
    return concatenateMaps((await Promise.all(parts)).map(({ maps }) => maps));
  }

  /** Ends the workers; what they have not answered is rejected. */
  [Symbol.dispose](): void {
    this.#pool.close();
  }
}
