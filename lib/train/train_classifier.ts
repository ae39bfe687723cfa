/**
 * Training a classifier: how the sample's own teacher and base student come about.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { type Normalisation, pixelTensor } from "../model/pixel_tensor.ts";
import type { VisionTransformer } from "../model/vision_transformer.ts";
import { Adam } from "./adam.ts";
import { categoricalCrossEntropy } from "./losses.ts";

/** A labelled picture: uint8 HWC pixels of the model's size. */
export interface LabelledImage {
  /** The picture. */
  readonly image: { readonly data: Uint8Array };
  /** The number of its class. */
  readonly label: number;
}

/** How a classifier is trained. */
export interface ClassifierTraining {
  /** The example with a number; numbers run from 0 and never repeat. */
  readonly example: (index: number) => LabelledImage;
  /** How many optimiser steps. */
  readonly steps: number;
  /** Examples in a step. */
  readonly batchSize: number;
  /** The highest learning rate. */
  readonly lr: number;
  /** Of the model's input. */
  readonly normalisation: Normalisation;
  /** Called after each step with its number from 1, mean loss and share of right answers. */
  readonly onStep?: (
    step: number,
    result: { loss: number; accuracy: number },
  ) => void | Promise<void>;
  /** Ends the training before its next step, with the signal's reason thrown. */
  readonly signal?: AbortSignal;
}

/** Share of the steps over which the learning rate rises; a ViT diverges without (arXiv:2010.11929, B.1). */
const warmupShare = 0.08;

/** Trains every parameter of a model on labelled pictures: Adam, linear warm-up, cosine decay to zero. */
export async function trainClassifier(
  model: VisionTransformer,
  training: ClassifierTraining,
): Promise<void> {
  const optimiser = new Adam(model.parameters, 0);
  try {
    for (let step = 0; step < training.steps; step++) {
      await setImmediate(); // on wasm nothing else waits, and a signal would be heard at the end alone
      training.signal?.throwIfAborted();
      optimiser.learningRate = training.lr * scheduleAt(step / training.steps);
      const result = await classifierStep(model, { training, step, optimiser });
      await training.onStep?.(step + 1, result);
    }
  } finally {
    optimiser.dispose();
  }
}

function scheduleAt(progress: number): number {
  if (progress < warmupShare) return (progress + 1e-3) / warmupShare;
  return (1 + Math.cos(Math.PI * (progress - warmupShare) / (1 - warmupShare))) / 2;
}

async function classifierStep(
  model: VisionTransformer,
  { training, step, optimiser }: { training: ClassifierTraining; step: number; optimiser: Adam },
): Promise<{ loss: number; accuracy: number }> {
  const { batchSize } = training;
  const examples = Array.from(
    { length: batchSize },
    (_, index) => training.example(step * batchSize + index),
  );
  const labels = tf.tensor1d(examples.map(({ label }) => label), "int32");
  const images = pixelTensor(examples.map(({ image }) => image.data), {
    ...training.normalisation,
    imageSize: model.config.imageSize,
  });
  const correct = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const { value, grads } = tf.variableGrads(() => {
    const { logits } = model.forward(images, { tokens: "class" });
    correct.assign(tf.tidy(() => logits.argMax(1).equal(labels).toFloat().mean()));
    return categoricalCrossEntropy(logits, labels);
  }, [...model.parameters.values()]);
  optimiser.step(
    Object.fromEntries([...model.parameters].map(([name, { name: id }]) => [name, grads[id]])),
  );
  const result = { loss: (await value.data())[0], accuracy: (await correct.data())[0] };
  tf.dispose([labels, images, correct, value, grads]);
  return result;
}
