/**
 * What a training is given, and what it gives back.
 *
 * @module
 */
import type { Student } from "../model/student.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import type { RunFolder } from "../run/run_folder.ts";
import type { Learner } from "./learner.ts";
import type { StepMetrics } from "../run/step_metrics.ts";
import type { RunState } from "./run_state.ts";
import type { TrainingOptions } from "./training_options.ts";
import type { TrainingSet } from "./training_set.ts";

/** How far a training has come. */
export interface TrainProgress extends StepMetrics {
  /** Photos seen so far, over all epochs and sittings. */
  readonly images: number;
  /** Photos that the whole training sees. */
  readonly totalImages: number;
}

/** Who hears of a training, how it ends early, and how often it is saved. */
export interface TrainingControls {
  /** Minutes of work between two saves of the state within an epoch; none when not given. */
  readonly saveEvery?: number;
  /** Ends the training after the current step, with everything saved. */
  readonly signal?: AbortSignal;
  /** Called after each step. */
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Called for each checkpoint written. */
  readonly onCheckpoint?: (path: string) => void;
}

/** What to train, on what, and where to keep it. */
export interface TrainingJob extends TrainingControls {
  /** Trained in place; it stays the caller's. */
  readonly student: Student;
  /** Takes the steps on it. */
  readonly learner: Learner;
  /** What checkpoints say about it. */
  readonly description: StudentDescription;
  /** Its name in the checkpoints' names. */
  readonly studentName: string;
  /** Photos and their maps. */
  readonly set: TrainingSet;
  /** Epochs, batches and learning rate. */
  readonly training: TrainingOptions;
  /** Where everything is kept. */
  readonly run: RunFolder;
  /** Kept in every checkpoint's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Where an interrupted run goes on; its weights are the student's already. */
  readonly resumeFrom?: RunState;
}

/** What a training came to. */
export interface TrainResult {
  /** Whether every epoch was trained; if not, the run can be resumed. */
  readonly complete: boolean;
  /** Steps taken, those of earlier sittings included. */
  readonly steps: number;
  /** The newest checkpoint, if there is one. */
  readonly checkpoint?: string;
  /** Mean loss over the last epoch's steps of this sitting. */
  readonly loss?: number;
}
