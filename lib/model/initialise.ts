/**
 * timm's initial weights, for a model trained from scratch.
 *
 * @module
 */
import type { Random } from "../random/random.ts";
import { float32Tensor, type HostTensor } from "../weights/host_tensor.ts";
import { isLinearWeight, parameterShapes } from "./parameters.ts";
import type { VitConfig } from "./vit_config.ts";

/**
 * Draws the initial parameters of an architecture, as timm's `init_weights_vit_timm`: linear weights,
 * position embedding and distillation token from a normal of σ = 0.02 truncated at ±2, CLS and registers
 * from a normal of σ = 10⁻⁶, the patch embedding as PyTorch's `Conv2d`, LayerScale at `initValues`.
 *
 * @returns Each parameter in timm's layout, float32.
 */
export function initialParameters(config: VitConfig, random: Random): Map<string, HostTensor> {
  const parameters = new Map<string, HostTensor>();
  for (const [name, shape] of parameterShapes(config)) {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    fill(data, initialiser(name, { config, random }));
    parameters.set(name, float32Tensor([...shape], data));
  }
  return parameters;
}

/**
 * Draws a linear layer as PyTorch's `nn.Linear` does: weight and bias uniform in ±1/√inputs.
 *
 * @returns `weight` float32 [out, in] and `bias` float32 [out].
 */
export function initialLinear(
  { inputs, outputs }: { inputs: number; outputs: number },
  random: Random,
): { weight: HostTensor; bias: HostTensor } {
  const bound = 1 / Math.sqrt(inputs);
  const draw = (shape: number[]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    fill(data, () => random.uniform(-bound, bound));
    return float32Tensor(shape, data);
  };
  return { weight: draw([outputs, inputs]), bias: draw([outputs]) };
}

function initialiser(
  name: string,
  { config, random }: { config: VitConfig; random: Random },
): () => number {
  if (name === "clsToken" || name === "regToken") return () => random.normal(0, 1e-6);
  if (name.startsWith("patchEmbed.")) {
    const bound = 1 / Math.sqrt(3 * config.patchSize ** 2); // kaiming_uniform_(a=√5) with this fan-in
    return () => random.uniform(-bound, bound);
  }
  if (name === "posEmbed" || name === "distToken" || isLinearWeight(name)) {
    return () => random.truncatedNormal({ std: 0.02 });
  }
  if (/\.ls[12]$/.test(name)) return () => config.initValues!;
  return () => /norm\d?\.weight$/.test(name) ? 1 : 0;
}

function fill(data: Float32Array, draw: () => number): void {
  for (let i = 0; i < data.length; i++) data[i] = draw();
}
