/**
 * One step of training a student.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { linear } from "../backend/kernels/linear.ts";
import type { Scalar, Tensor, Tensor2D, Variable } from "../backend/tensors.ts";
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
 * What the base hands to the projection.
 *
 * @returns float32, [B, outDim]; the caller disposes it.
 */
export function baseFeatures(student: Student, { images, visible }: TrainingBatch): Tensor2D {
  return tf.tidy(() => student.base.forward(images, { visible, tokens: "class" }).logits);
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
  if (phase === "linear") {
    const features = baseFeatures(student, batch);
    const result = projectionLossAndGradients(student, { features, targets, share });
    features.dispose();
    return result;
  }
  const loss = () => binaryCrossEntropy(student.logits(images, visible), targets);
  return differentiate(loss, { parameters: student.parameters, share });
}

/**
 * Computes the loss of what the base has handed to the projection, and the projection's gradients.
 *
 * @param batch `features` float32 [B, outDim], `targets` float32 [B, G], `share` as of
 * {@linkcode lossAndGradients}.
 * @returns Tensors that the caller disposes.
 */
export function projectionLossAndGradients(
  { projection, projectionParameters }: Student,
  { features, targets, share = 1 }: { features: Tensor2D; targets: Tensor2D; share?: number },
): LossAndGradients {
  const loss = () => binaryCrossEntropy(linear(features, projection), targets);
  return differentiate(loss, { parameters: projectionParameters, share });
}

function differentiate(
  loss: () => Scalar,
  { parameters, share }: { parameters: ReadonlyMap<string, Variable>; share: number },
): LossAndGradients {
  const { value, grads } = tf.variableGrads(() => loss().mul<Scalar>(share), [
    ...parameters.values(),
  ]);
  const gradients = Object.fromEntries(
    [...parameters].map(([name, variable]) => [name, grads[variable.name]]),
  );
  return { loss: value, gradients };
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
