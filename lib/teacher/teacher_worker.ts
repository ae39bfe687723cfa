/**
 * The worker side of {@linkcode TeacherPool}: a teacher of its own that maps a few photos a message.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { openBackend } from "../backend/open_backend.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { WorkerResponse } from "../threads/worker_pool.ts";
import { loadLocated, type LocatedModel } from "../model/located_model.ts";
import { createTeacher, type Teacher, type TeacherRollout } from "./teacher.ts";

/** Which teacher, and what it computes with. */
export interface TeacherSetup {
  /** The model and the file of its weights. */
  readonly located: LocatedModel;
  /** How its attention becomes a map. */
  readonly rollout: TeacherRollout;
  /** As the backend's option of that name. */
  readonly blas: string;
}

/** Photos to map. */
export interface MapsRequest {
  /** The same in every message: the first one loads the teacher. */
  readonly setup: TeacherSetup;
  /** Prepared photos; none when the teacher is to be loaded and no more. */
  readonly images: readonly RgbImage[];
}

/** What the worker answers. */
export interface MapsResponse {
  /** Raw maps, one after the other. */
  readonly maps: Float32Array;
}

type Response = WorkerResponse<MapsResponse>;

declare const self: DedicatedWorkerGlobalScope;

let teacher: Promise<Teacher> | undefined;

self.onmessage = async ({ data: { setup, images } }: MessageEvent<MapsRequest>) => {
  try {
    const { maps: mapsOf } = await (teacher ??= start(setup));
    const maps = images.length > 0 ? await mapsOf(images) : new Float32Array();
    self.postMessage({ maps } satisfies Response);
  } catch (error) {
    self.postMessage({ error: error as Error } satisfies Response);
  }
};

async function start({ located, rollout, blas }: TeacherSetup): Promise<Teacher> {
  await openBackend("wasm", { blas, blasThreads: 1 }); // one worker a core already
  const model = await loadLocated(located);
  return createTeacher(model, { preprocessing: located.description.preprocessing, rollout });
}
