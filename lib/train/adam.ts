/**
 * Adam, with PyTorch's arithmetic.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { adamSteps } from "../backend/kernels/adam_step.ts";
import type { Tensor, Variable } from "../backend/tensors.ts";
import { float32Tensor, type HostTensor, toFloat32 } from "../weights/safetensors.ts";

/** PyTorch's defaults for `torch.optim.Adam`. */
const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

interface Moments {
  first: Tensor;
  second: Tensor;
}

/**
 * The Adam optimiser (Kingma & Ba 2014, arXiv:1412.6980) with PyTorch's defaults, on named parameters.
 *
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − lr/(1−β₁ᵗ) · m/(√v/√(1−β₂ᵗ) + ε).
 */
export class Adam {
  readonly #parameters: ReadonlyMap<string, Variable>;
  /** The step size; a schedule may change it between steps. */
  learningRate: number;
  readonly #moments = new Map<string, Moments>();
  #steps = 0;

  /** Keeps moments for these parameters until {@linkcode Adam.dispose}; it does not own the parameters. */
  constructor(parameters: ReadonlyMap<string, Variable>, learningRate: number) {
    this.#parameters = parameters;
    this.learningRate = learningRate;
    for (const [name, variable] of parameters) {
      this.#moments.set(name, { first: tf.zerosLike(variable), second: tf.zerosLike(variable) });
    }
  }

  /** The number of steps taken. */
  get steps(): number {
    return this.#steps;
  }

  /** Updates every parameter from its gradient, which has the parameter's shape and stays the caller's. */
  step(gradients: Readonly<Record<string, Tensor>>): void {
    this.#steps++;
    const stepSize = this.learningRate / (1 - beta1 ** this.#steps);
    const secondScale = 1 / Math.sqrt(1 - beta2 ** this.#steps);
    const numbers = { beta1, beta2, epsilon, stepSize, secondScale };
    const names = [...this.#parameters.keys()];
    const inputs = names.map((name) => ({
      parameter: this.#parameters.get(name)!,
      gradient: gradients[name],
      ...this.#moments.get(name)!,
    }));
    const states = adamSteps(inputs, numbers);
    for (const [index, { parameter, ...moments }] of states.entries()) {
      const { first, second } = inputs[index];
      inputs[index].parameter.assign(parameter);
      tf.dispose([first, second, parameter]);
      this.#moments.set(names[index], moments);
    }
  }

  /** Reads the moments back from the backend, `first.<name>` and `second.<name>`, float32. */
  async readMoments(): Promise<Map<string, HostTensor>> {
    const tensors = new Map<string, HostTensor>();
    for (const [name, { first, second }] of this.#moments) {
      tensors.set(`first.${name}`, float32Tensor(first.shape, await first.data<"float32">()));
      tensors.set(`second.${name}`, float32Tensor(second.shape, await second.data<"float32">()));
    }
    return tensors;
  }

  /** Continues from the moments that {@linkcode Adam.readMoments} gave after `steps` steps. */
  restore(tensors: ReadonlyMap<string, HostTensor>, steps: number): void {
    const load = (key: string) => {
      const stored = tensors.get(key);
      if (!stored) {
        throw new SyntaxError(`Cannot restore Adam: ${key} is missing, expected a tensor`);
      }
      return tf.tensor(toFloat32(stored), [...stored.shape]);
    };
    for (const [name, old] of this.#moments) {
      const moments = { first: load(`first.${name}`), second: load(`second.${name}`) };
      tf.dispose([old.first, old.second]);
      this.#moments.set(name, moments);
    }
    this.#steps = steps;
  }

  /** Frees the moments. */
  dispose(): void {
    for (const { first, second } of this.#moments.values()) tf.dispose([first, second]);
    this.#moments.clear();
  }
}
