/**
 * tfjs's tensor types, under the names that exported signatures use: documentation can then be checked
 * as a whole without reaching into tfjs.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";

/** A tensor of any number of axes on the backend. */
export type Tensor = tf.Tensor;

/** A single number on the backend. */
export type Scalar = tf.Scalar;

/** A tensor of one axis. */
export type Tensor1D = tf.Tensor1D;

/** A tensor of two axes. */
export type Tensor2D = tf.Tensor2D;

/** A tensor of three axes. */
export type Tensor3D = tf.Tensor3D;

/** A tensor of four axes. */
export type Tensor4D = tf.Tensor4D;

/** A tensor that can be assigned anew: a trainable parameter. */
export type Variable = tf.Variable;

/** A tensor as kernels see it: where its data is, its shape and its type. */
export type TensorInfo = tf.TensorInfo;
