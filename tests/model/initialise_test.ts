import assert from "node:assert/strict";
import { initialLinear, initialParameters } from "../../lib/model/initialise.ts";
import { parameterShapes } from "../../lib/model/parameters.ts";
import type { VitConfig } from "../../lib/model/vit_config.ts";
import { Random } from "../../lib/random/random.ts";
import type { HostTensor } from "../../lib/weights/safetensors.ts";
import { tinyConfig } from "./tiny_model.ts";

const config: VitConfig = {
  ...tinyConfig,
  embedDim: 64,
  distilled: true,
  regTokens: 3,
  initValues: 1e-5,
};
const parameters = initialParameters(config, Random.from("initialise"));

function numbersOf(name: string): Float32Array {
  return parameters.get(name)!.data as Float32Array;
}

function momentsOf({ data }: Pick<HostTensor, "data">): { mean: number; deviation: number } {
  const numbers = Array.from(data as Float32Array);
  const mean = numbers.reduce((a, b) => a + b) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** Asserts mean 0 and a standard deviation, within five standard errors of a normal's. */
function assertSpread(name: string, deviation: number): void {
  const { length } = numbersOf(name);
  const actual = momentsOf(parameters.get(name)!);
  assert(Math.abs(actual.mean) < 5 * deviation / Math.sqrt(length), `${name}: ${actual.mean}`);
  assert(
    Math.abs(actual.deviation - deviation) < 5 * deviation / Math.sqrt(2 * length),
    `${name}: ${actual.deviation}`,
  );
}

Deno.test("initialParameters() draws every parameter in its shape", () => {
  const shapes = [...parameters].map(([name, { shape }]) => [name, shape]);
  assert.deepEqual(shapes, [...parameterShapes(config)]);
});

Deno.test("initialParameters() draws linear weights and positions with σ = 0.02", () => {
  const names = ["qkv", "proj", "fc1", "fc2"].map((name) => `blocks.1.${name}.weight`);
  for (const name of [...names, "head.weight", "headDist.weight", "posEmbed", "distToken"]) {
    assertSpread(name, 0.02);
  }
});

Deno.test("initialParameters() draws CLS and registers with σ = 10⁻⁶", () => {
  for (const name of ["clsToken", "regToken"]) assertSpread(name, 1e-6);
});

Deno.test("initialParameters() draws the patch embedding uniformly, as PyTorch's Conv2d", () => {
  const bound = 1 / Math.sqrt(3 * 4 * 4);
  for (const name of ["patchEmbed.weight", "patchEmbed.bias"]) {
    assertSpread(name, bound / Math.sqrt(3)); // the standard deviation of a uniform
    assert(numbersOf(name).every((value) => Math.abs(value) <= bound), name);
  }
});

Deno.test("initialParameters() sets norms, biases and LayerScale", () => {
  const constants: [suffix: RegExp, value: number][] = [
    [/norm\d?\.weight$/, 1],
    [/norm\d?\.bias$/, 0],
    [/(qkv|proj|fc1|fc2|head|headDist)\.bias$/, 0],
    [/\.ls[12]$/, Math.fround(1e-5)],
  ];
  for (const [suffix, constant] of constants) {
    const names = [...parameters.keys()].filter((name) => suffix.test(name));
    assert(names.length >= 2, `${suffix}`);
    for (const name of names) {
      assert(numbersOf(name).every((value) => value === constant), name);
    }
  }
});

Deno.test("initialParameters() is decided by the random numbers alone", () => {
  assert.deepEqual(initialParameters(config, Random.from("initialise")), parameters);
  const others = initialParameters(config, Random.from("others"));
  for (const name of ["head.weight", "posEmbed", "clsToken", "patchEmbed.bias"]) {
    assert.notDeepEqual(others.get(name), parameters.get(name), name);
  }
});

Deno.test("initialParameters() draws no two parameters alike", () => {
  assert.notDeepEqual(numbersOf("blocks.0.qkv.weight"), numbersOf("blocks.1.qkv.weight"));
  assert.notDeepEqual(numbersOf("head.weight"), numbersOf("headDist.weight"));
});

Deno.test("initialLinear() draws weight and bias uniformly in ±1/√inputs", () => {
  const { weight, bias } = initialLinear({ inputs: 400, outputs: 50 }, Random.from("linear"));
  assert.deepEqual([weight.shape, bias.shape], [[50, 400], [50]]);
  for (const { data } of [weight, bias]) {
    const numbers = data as Float32Array;
    assert(numbers.every((value) => Math.abs(value) <= 1 / 20));
    const { mean, deviation } = momentsOf({ data });
    const error = 1 / 20 / Math.sqrt(3 * numbers.length);
    assert(Math.abs(mean) < 5 * error, `mean ${mean}`);
    assert(Math.abs(deviation - 1 / 20 / Math.sqrt(3)) < 5 * error, `deviation ${deviation}`);
  }
});
