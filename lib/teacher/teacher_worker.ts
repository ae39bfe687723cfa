/**
 * The worker side of {@linkcode TeacherPool}: a teacher of its own that maps a few photos a message.
 *
 * @module
 */
import { openBackend } from "../backend/open_backend.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { answerRequests } from "../threads/answer_requests.ts";
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

/** This thread's teacher, which its first message loads. */
let teacher: Promise<Teacher> | undefined;

answerRequests<MapsRequest, MapsResponse>(async ({ setup, images }) => {
  const { maps } = await (teacher ??= start(setup));
  return { maps: images.length > 0 ? await maps(images) : new Float32Array() };
});

async function start({ located, rollout, blas }: TeacherSetup): Promise<Teacher> {
  await openBackend("wasm", { blas, blasThreads: 1 }); // one worker a core already
  const model = await loadLocated(located);
  return createTeacher(model, { preprocessing: located.description.preprocessing, rollout });
}
