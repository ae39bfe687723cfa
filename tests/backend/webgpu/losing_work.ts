/**
 * Precomputes or trains on WebGPU, whose device is lost on the way: run in a process of its own, because no
 * other test could compute on the device after it.
 *
 * Arguments: JSON of {@linkcode LosingWork}. Prints the error in one line, or `done`.
 */
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import {
  precomputeDataset,
  type PrecomputeDatasetOptions,
} from "../../../lib/precompute/precompute_dataset.ts";
import { trainStudent, type TrainStudentOptions } from "../../../lib/train/train_student.ts";

/** What to do, and when the device is lost. */
export interface LosingWork {
  /** What is precomputed. */
  readonly precompute?: PrecomputeDatasetOptions;
  /** What is trained. */
  readonly train?: TrainStudentOptions;
  /** The photos or steps after which the device is lost; it stays when not given. */
  readonly loseAfter?: number;
}

const { precompute, train, loseAfter = Infinity }: LosingWork = JSON.parse(Deno.args[0]);
await openBackend("webgpu");
const loseAt = (done: number) => {
  if (done >= loseAfter) (tf.backend() as unknown as { device: GPUDevice }).device.destroy();
};
try {
  if (precompute) {
    await precomputeDataset({ ...precompute, onProgress: ({ done }) => loseAt(done) });
  }
  if (train) await trainStudent({ ...train, onProgress: ({ step }) => loseAt(step) });
  console.log("done");
} catch (error) {
  console.log((error as Error).message);
}
