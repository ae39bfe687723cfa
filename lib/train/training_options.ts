/**
 * How a student is trained.
 *
 * @module
 */
import { batchOptions, holdoutOptions } from "../config/data_options.ts";
import { commonOptions } from "../config/options.ts";
import { trainingOptions } from "../config/training_options.ts";
import type { Phase } from "../run/run_folder.ts";

/** Everything that decides a training's numbers besides student and cache; it survives JSON. */
export interface TrainingOptions {
  /** Epochs with the base frozen, at `lr`. */
  readonly linearLayerEpochs: number;
  /** Epochs of everything, at `lr`/10. */
  readonly ftEpochs: number;
  /** Photos in a batch. */
  readonly batchSize: number;
  /** Adam's learning rate in the first phase. */
  readonly lr: number;
  /** Whether photos and maps are moved and photos recoloured. */
  readonly augment: boolean;
  /** `views` replays cached views with the teacher's maps of them; absent, maps move with the photos. */
  readonly targets?: "views";
  /** Share of the photos that is kept for evaluation. */
  readonly holdout: number;
  /** Where order, augmentation, masks and initial weights come from. */
  readonly seed: number;
}

/** Completes what a caller says of a training with what `train` does unless told otherwise. */
export function completeTraining(training: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    linearLayerEpochs: trainingOptions.linearLayerEpochs.parse(undefined),
    ftEpochs: trainingOptions.ftEpochs.parse(undefined),
    batchSize: batchOptions.batchSize.parse(undefined),
    lr: trainingOptions.lr.parse(undefined),
    augment: trainingOptions.augment.parse(undefined),
    holdout: holdoutOptions.holdout.parse(undefined),
    seed: commonOptions.seed.parse(undefined),
    ...training,
  };
}

/** One epoch of a phase, counted from 0. */
export interface PhaseEpoch {
  /** What is trained. */
  readonly phase: Phase;
  /** Which epoch of the phase. */
  readonly epoch: number;
}

/** The epochs of a training, in order. */
export function scheduleOf({ linearLayerEpochs, ftEpochs }: TrainingOptions): PhaseEpoch[] {
  const epochs = (phase: Phase, count: number) =>
    Array.from({ length: count }, (_, epoch) => ({ phase, epoch }));
  return [...epochs("linear", linearLayerEpochs), ...epochs("ft", ftEpochs)];
}

/** The number of a phase's epoch in the whole training, from 0. */
export function epochNumber(
  { phase, epoch }: PhaseEpoch,
  { linearLayerEpochs }: Pick<TrainingOptions, "linearLayerEpochs">,
): number {
  return phase === "linear" ? epoch : linearLayerEpochs + epoch;
}

/** The learning rate of a phase: fine-tuning takes a tenth, as in the original system. */
export function learningRateOf(phase: Phase, lr: number): number {
  return phase === "linear" ? lr : lr / 10;
}
