/**
 * What a training is asked for, and what it is taken to mean where nothing is said.
 *
 * @module
 */
import { decodingOptions } from "../config/data_options.ts";
import type { Degradation } from "../config/degradation.ts";
import { trainingOptions } from "../config/training_options.ts";
import type { ModelSource } from "../model/model_source.ts";
import type { TrainingControls } from "./training_job.ts";
import { completeTraining, type TrainingOptions } from "./training_options.ts";

/** Which student learns what, and where. */
export interface TrainStudentOptions extends TrainingControls {
  /** The student's base. */
  readonly source: ModelSource;
  /** Random weights instead of pretrained ones; pretrained when not given. */
  readonly fromScratch?: boolean;
  /** The width that the base's output is expected to have. */
  readonly studentOutDim?: number;
  /** What the student sees. */
  readonly degradation: Degradation;
  /** Let a masked autoencoder's weights train on pixelated photos; refused when not given. */
  readonly allowMaeDownsize?: boolean;
  /** Epochs, batch size, rate, seed; what is not given is as {@linkcode completeTraining} says. */
  readonly training?: Partial<TrainingOptions>;
  /** The folder of photos that the cache was made of; not needed where it holds their pixels. */
  readonly datasetPath: string;
  /** The cache. */
  readonly rolloutDir: string;
  /** The run's folder. */
  readonly runDir: string;
  /** Threads that decode, and as many that augment; 2 when not given. */
  readonly workers?: number;
  /** The most pixels of a photo to decode; the decoder's default when not given. */
  readonly maxPixels?: number;
  /** Students side by side on the wasm backend; as many as the machine takes when not given. */
  readonly modelWorkers?: number;
  /** The BLAS library of the wasm backend, as when that was opened. */
  readonly blas?: string;
  /** Memory for decoded photos, in MiB; 2048 when not given. */
  readonly pixelCacheMb?: number;
  /** Go on with the run that is there. */
  readonly resume?: boolean;
  /** Replace the run that is there. */
  readonly overwrite?: boolean;
  /** Told what is odd but possible. */
  readonly onWarning?: (message: string) => void;
  /** Called before the first step. */
  readonly onStart?: (start: TrainingStart) => void;
}

/** What a training begins with. */
export interface TrainingStart {
  /** Photos trained on. */
  readonly photos: number;
  /** Photos held out. */
  readonly heldOut: number;
  /** The student's parameters, base and projection. */
  readonly parameters: number;
  /** What the student sees, in words. */
  readonly view: string;
  /** Where the pixels come from, where the cache holds some. */
  readonly pixels: string | undefined;
  /** Whether an earlier sitting is continued. */
  readonly resumed: boolean;
}

/** The options with nothing left open that has a usual value. */
export type CompleteTrainStudentOptions =
  & TrainStudentOptions
  & { readonly training: TrainingOptions }
  & Required<
    Pick<
      TrainStudentOptions,
      "fromScratch" | "allowMaeDownsize" | "workers" | "pixelCacheMb" | "resume" | "overwrite"
    >
  >;

/** Fills in what `train` does unless told otherwise. */
export function completeOptions(options: TrainStudentOptions): CompleteTrainStudentOptions {
  return {
    fromScratch: false,
    allowMaeDownsize: false,
    workers: decodingOptions.workers.parse(undefined),
    pixelCacheMb: trainingOptions.pixelCacheMb.parse(undefined),
    resume: false,
    overwrite: false,
    ...options,
    training: completeTraining(options.training),
  };
}
