import assert from "node:assert/strict";
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  type ColourChange,
  jitterColours,
} from "../../lib/dataset/colour_jitter.ts";
import { Random } from "../../lib/random/random.ts";
import { describeWithFixtures } from "../support/fixtures.ts";
import { assertClose } from "../support/numeric.ts";
import { reference, referenceKeys } from "./reference.ts";

const adjust = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
};
const neutral = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };

describeWithFixtures("changes of colour equal torchvision's", () => {
  const keys = referenceKeys().filter((key) => /brightness|contrast|saturation|hue/.test(key));

  Deno.test("the reference holds every change of colour", () => {
    assert.equal(keys.length, 12);
  });

  for (const key of keys) {
    const [, change, amount] = /^(\w+)\.(.+)$/.exec(key)!;
    Deno.test(`${adjust[change as ColourChange].name}() equals torchvision's: ${key}`, () => {
      const pixels = reference("input").data;
      adjust[change as ColourChange](pixels, Number(amount));
      assertClose(pixels, reference(key).data, { tolerance: 1e-5 });
    });
  }
});

Deno.test("jitterColours() with neutral amounts changes nothing", () => {
  const before = picture();
  const pixels = before.slice();
  jitterColours(pixels, { ...neutral, order: ["hue", "saturation", "contrast", "brightness"] });
  assertClose(pixels, before, { tolerance: 1e-6 });
});

Deno.test("jitterColours() follows the order", () => {
  const jitter = { brightness: 1.5, contrast: 0.5, saturation: 1.3, hue: 0.2 };
  const jittered = picture();
  jitterColours(jittered, { ...jitter, order: ["hue", "brightness", "saturation", "contrast"] });
  const stepwise = picture();
  adjustHue(stepwise, 0.2);
  adjustBrightness(stepwise, 1.5);
  adjustSaturation(stepwise, 1.3);
  adjustContrast(stepwise, 0.5);
  assert.deepEqual(jittered, stepwise);
  const otherwise = picture();
  jitterColours(otherwise, { ...jitter, order: ["contrast", "saturation", "brightness", "hue"] });
  assert.notDeepEqual(jittered, otherwise);
});

Deno.test("adjustHue() keeps greys and black, and a whole turn keeps everything", () => {
  const greys = Float32Array.of(0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 1);
  adjustHue(greys, 0.3);
  assert.deepEqual([...greys], [0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 1]);
  const red = Float32Array.of(1, 0, 0);
  adjustHue(red, 1);
  assert.deepEqual([...red], [1, 0, 0]);
  adjustHue(red, 1 / 3);
  assertClose(red, [0, 1, 0], { tolerance: 1e-6 });
});

Deno.test("adjustBrightness() and adjustContrast() stay between 0 and 1", () => {
  const pixels = Float32Array.of(0.9, 0.1, 0, 1, 0.8, 0.7);
  adjustBrightness(pixels, 1.5);
  adjustContrast(pixels, 5);
  assert.ok(pixels.every((value) => value >= 0 && value <= 1));
});

function picture(): Float32Array {
  const random = Random.from("picture");
  return Float32Array.from({ length: 300 }, () => random.uniform());
}
