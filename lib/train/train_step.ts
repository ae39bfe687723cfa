/**
 * One step of training a student.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { linear } from "../backend/kernels/linear.ts";
import type { Scalar, Tensor, Variable } from "../backend/tensors.ts";
import type { Student } from "../model/student.ts";
import type { Phase } from "../run/run_folder.ts";
import type { Adam } from "./adam.ts";
import { binaryCrossEntropy } from "./losses.ts";
import type { TrainingBatch } from "./training_batch.ts";

/** The loss of a batch, and its gradient for each parameter that the phase trains. */
export interface LossAndGradients {
  /** float32 scalar. */
  readonly loss: Scalar;
  /** By parameter, each of its parameter's shape. */
  readonly gradients: Readonly<Record<string, Tensor>>;
}

/** The parameters that a phase trains. */
export function trainedParameters(student: Student, phase: Phase): Map<string, Variable> {
  return phase === "linear" ? student.projectionParameters : student.parameters;
}

/**
 * Computes the loss and its gradients; in the linear phase the base runs forward only.
 *
 * @param options `share`: what loss and gradients are multiplied with, for a part of a batch.
 * @returns Tensors that the caller disposes.
 */
export function lossAndGradients(
  student: Student,
  { batch, phase, share = 1 }: { batch: TrainingBatch; phase: Phase; share?: number },
): LossAndGradients {
  const { images, targets, visible } = batch;
  return tf.tidy(() => {
    const parameters = trainedParameters(student, phase);
    let logits = () => student.logits(images, visible) as Tensor;
    if (phase === "linear") {
      const features = tf.tidy(() =>
        student.base.forward(images, { visible, tokens: "class" }).logits
      );
      logits = () => linear(features, student.projection);
    }
    const { value, grads } = tf.variableGrads(
      () => binaryCrossEntropy(logits(), targets).mul<Scalar>(share),
      [...parameters.values()],
    );
    const gradients = Object.fromEntries(
      [...parameters].map(([name, variable]) => [name, grads[variable.name]]),
    );
    return { loss: value, gradients };
  });
}

/**
 * Takes one optimiser step.
 *
 * @returns The loss before the step, float32 scalar; the caller disposes it.
 */
export function trainStep(
  student: Student,
  { batch, phase, optimiser }: { batch: TrainingBatch; phase: Phase; optimiser: Adam },
): Scalar {
  const { loss, gradients } = lossAndGradients(student, { batch, phase });
  optimiser.step(gradients);
  tf.dispose(gradients);
  return loss;
}
