/**
 * The losses: of a predicted map, and of the sample teacher's classes.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor, Tensor1D, Tensor2D } from "../backend/tensors.ts";

/**
 * Binary cross-entropy of σ(z) against a target in [0, 1], averaged over all elements:
 * mean(max(z, 0) − z·y + ln(1 + e^−|z|)), with gradient (σ(z) − y)/n.
 *
 * PyTorch's `BCEWithLogitsLoss`; the same as the original's `BCELoss` of a sigmoid, without its overflow.
 *
 * @param logits float32, any shape.
 * @param targets float32, the same shape; no gradient is computed for it.
 * @returns float32 scalar; the caller disposes it.
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor): Scalar {
  const loss = tf.customGrad((logits, save) => {
    const z = logits as Tensor;
    (save as tf.GradSaveFunc)([z]);
    const logOnePlusExp = z.abs().neg().exp().add(1).log();
    return {
      value: z.relu().sub(z.mul(targets)).add(logOnePlusExp).mean(),
      gradFunc: (dy: Tensor, [z]: Tensor[]) => z.sigmoid().sub(targets).mul(dy.div(targets.size)),
    };
  });
  return tf.tidy(() => loss(logits)) as Scalar;
}

/**
 * Cross-entropy of a softmax over classes, averaged over the batch.
 *
 * @param logits float32, [B, C].
 * @param labels int32, [B], each below C.
 * @returns float32 scalar; the caller disposes it.
 */
export function categoricalCrossEntropy(logits: Tensor2D, labels: Tensor1D): Scalar {
  const loss = tf.customGrad((logits, save) => {
    const z = logits as Tensor2D;
    const probabilities = tf.softmax(z);
    const targets = tf.oneHot(labels, z.shape[1]).toFloat();
    (save as tf.GradSaveFunc)([probabilities, targets]);
    const ofTrueClass = probabilities.mul(targets).sum(1);
    return {
      value: ofTrueClass.add(1e-30).log().neg().mean(), // 1e-30: finite where softmax underflows
      gradFunc: (dy: Tensor, [probabilities, targets]: Tensor[]) =>
        probabilities.sub(targets).mul(dy.div(labels.size)),
    };
  });
  return tf.tidy(() => loss(logits)) as Scalar;
}
