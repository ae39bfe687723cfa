/**
 * Reads of four numbers at a time, wherever the numbers come in fours.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import scalar from "./scalar_element.wgsl" with { type: "text" };
import vector from "./vector_element.wgsl" with { type: "text" };

/** The type `Element` of a program: `vec4f`, or `f32` where the width is no multiple of four. */
export interface Elements {
  /** Numbers in an element; a constant of each program that uses elements, to tell its two forms apart. */
  readonly components: 4 | 1;
  /** WGSL that declares `Element` and `total`, the sum of its components. */
  readonly source: string;
}

/** Picks the elements for rows, or a whole tensor, of so many numbers. */
export function elementsOf(width: number): Elements {
  return width % 4 === 0 ? { components: 4, source: vector } : { components: 1, source: scalar };
}

/** Threads of a workgroup in the programs that treat every element alike. */
const threads = 256;

/** The elements of a tensor, and how many workgroups treat one element a thread. */
export function elementwise(shape: readonly number[]): Elements & { workgroups: number } {
  const size = tf.util.sizeFromShape([...shape]);
  const elements = elementsOf(size);
  return { ...elements, workgroups: Math.ceil(size / elements.components / threads) };
}
