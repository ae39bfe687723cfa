import assert from "node:assert/strict";
import {
  clampedBinaryCrossEntropy,
  informationGain,
  klDivergence,
  meanAbsoluteError,
  normalisedScanpathSaliency,
  pearsonCorrelation,
  similarity,
} from "../../lib/metrics/metrics.ts";
import { Random } from "../../lib/random/random.ts";
import { assertClose } from "../support/numeric.ts";

const measures = {
  clampedBinaryCrossEntropy,
  meanAbsoluteError,
  pearsonCorrelation,
  similarity,
  klDivergence,
  normalisedScanpathSaliency,
  informationGain: (prediction: Float32Array, teacher: Float32Array) =>
    informationGain(prediction, teacher, { prior: teacher }),
};

/** Numbers that float32 holds exactly, so that hand-made results hold to the last digits. */
const map = (...values: number[]) => Float32Array.from(values);
const isAbout = (actual: number, expected: number, tolerance = 1e-12) =>
  assertClose([actual], [expected], { tolerance });

/** A map without zeros. */
function randomMap(key: number): Float32Array {
  const random = Random.from("metrics", key);
  return Float32Array.from({ length: 35 }, () => random.uniform(0.01, 1));
}

Deno.test("clampedBinaryCrossEntropy() is the mean of −ln of what was given to the truth", () => {
  isAbout(clampedBinaryCrossEntropy(map(0.5, 0.25), map(1, 0)), -Math.log(0.5 * 0.75) / 2);
  isAbout(clampedBinaryCrossEntropy(map(0.25), map(0.5)), -0.5 * Math.log(0.25 * 0.75));
});

Deno.test("clampedBinaryCrossEntropy() is 0 for sure truths and 100 for sure mistakes", () => {
  assert.equal(clampedBinaryCrossEntropy(map(1, 0), map(1, 0)), 0);
  assert.equal(clampedBinaryCrossEntropy(map(0, 1), map(1, 0)), 100);
  assert.equal(clampedBinaryCrossEntropy(map(0, 0, 0, 0), map(0, 1, 0, 0.5)), 37.5);
});

Deno.test("clampedBinaryCrossEntropy() bounds ln p where p is above 0, too", () => {
  isAbout(clampedBinaryCrossEntropy(map(2 ** -149), map(1)), 100); // ln p = −103
});

Deno.test("meanAbsoluteError() is the mean distance", () => {
  assert.equal(meanAbsoluteError(map(0.5, 0, 1, 0.25), map(0, 0.5, 1, 0.5)), 0.3125);
  assert.equal(meanAbsoluteError(map(0, 0), map(0, 0)), 0);
});

Deno.test("pearsonCorrelation() gives what is worked out by hand", () => {
  // deviations (−1.5, −0.5, 0.5, 1.5) and (−0.5, −1.5, 1.5, 0.5): 3/√(5·5)
  isAbout(pearsonCorrelation(map(0, 1, 2, 3), map(1, 0, 3, 2)), 0.6);
  // deviations (−1.5, −0.5, 0.5, 1.5) and (−1.5, 0.5, −0.5, 1.5): 4/√(5·5)
  isAbout(pearsonCorrelation(map(0, 1, 2, 3), map(0, 2, 1, 3)), 0.8);
});

Deno.test("pearsonCorrelation() is 1 for any rising line and −1 for any falling one", () => {
  const teacher = map(0, 0.5, 0.25, 1);
  isAbout(pearsonCorrelation(teacher.map((it) => 0.5 * it + 0.25), teacher), 1);
  isAbout(pearsonCorrelation(teacher.map((it) => 1 - it), teacher), -1);
});

Deno.test("pearsonCorrelation() is 0 where a map is constant, also a value that halves badly", () => {
  const some = map(0, 0.5, 0.25, 1, 0.3, 0.7, 0.1);
  for (const value of [0, 0.1, 1 / 3, 1]) {
    const constant = some.map(() => value);
    assert.equal(pearsonCorrelation(constant, some), 0);
    assert.equal(pearsonCorrelation(some, constant), 0);
    assert.equal(pearsonCorrelation(constant, constant), 0);
  }
  assert.equal(pearsonCorrelation(map(0.5), map(0.5)), 0);
});

Deno.test("similarity() adds up what the distributions share", () => {
  // p = (½, ½, 0, 0), q = (¼, ¼, ¼, ¼)
  assert.equal(similarity(map(1, 1, 0, 0), map(0.5, 0.5, 0.5, 0.5)), 0.5);
  assert.equal(similarity(map(1, 0, 0, 0), map(0, 0.75, 0, 0.25)), 0);
  assert.equal(similarity(map(0, 0, 1, 0), map(0, 0, 0.25, 0)), 1);
  assert.equal(similarity(map(0, 0), map(1, 0)), 0);
  assert.equal(similarity(map(1, 0), map(0, 0)), 0);
});

Deno.test("klDivergence() is what the prediction misses of the teacher, in nats", () => {
  // p = (½, ½), q = (¾, ¼)
  const expected = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
  isAbout(klDivergence(map(1, 1), map(0.75, 0.25)), expected);
  // a one-hot teacher asks for the surprise at its patch alone
  isAbout(klDivergence(map(0.25, 0.25, 0.25, 0.25), map(0, 1, 0, 0)), Math.log(4));
});

Deno.test("klDivergence() has a value for maps of which nothing is shared or nothing is there", () => {
  const most = -Math.log(2.2204e-16);
  isAbout(klDivergence(map(1, 0), map(0, 1)), most);
  isAbout(klDivergence(map(0, 0), map(0, 1)), most);
  isAbout(klDivergence(map(0, 0), map(1, 1)), Math.log(0.5 / 2.2204e-16));
  assert.equal(klDivergence(map(1, 0), map(0, 0)), 0);
  assert.equal(klDivergence(map(0, 0), map(0, 0)), 0);
});

Deno.test("normalisedScanpathSaliency() is how high the prediction is where the teacher looks", () => {
  // μ = 1, σ = √3; q = (0, 0, ¼, ¾)
  const expected = (0.25 * -1 + 0.75 * 3) / Math.sqrt(3);
  isAbout(normalisedScanpathSaliency(map(0, 0, 0, 4), map(0, 0, 1, 3)), expected);
  isAbout(normalisedScanpathSaliency(map(1, 0, 0, 0), map(0, 1, 1, 1)), -1 / Math.sqrt(3));
});

Deno.test("normalisedScanpathSaliency() is 0 for a constant prediction and an all-zero teacher", () => {
  for (const value of [0, 0.1, 1 / 3, 1]) {
    assert.equal(normalisedScanpathSaliency(map(0, 1, 2).fill(value), map(0.2, 0.7, 0)), 0);
  }
  assert.equal(normalisedScanpathSaliency(map(0, 1), map(0, 0)), 0);
});

Deno.test("informationGain() counts bits over the prior", () => {
  const prior = map(3, 3, 3, 3);
  // p is ½ where b is ¼: one bit wherever the teacher looks
  isAbout(informationGain(map(2, 2, 0, 0), map(1, 3, 0, 0), { prior }), 1);
  // ¾·log₂(½/¼) + ¼·log₂(⅛/¼)
  isAbout(informationGain(map(4, 1, 1, 2), map(3, 1, 0, 0), { prior }), 0.75 - 0.25);
  assert.equal(informationGain(prior, map(1, 2, 3, 4), { prior }), 0);
});

Deno.test("informationGain() has a value where a map is zero", () => {
  const prior = map(1, 1, 1, 1);
  const lost = Math.log2(2.2204e-16) - Math.log2(0.25);
  isAbout(informationGain(map(1, 0, 0, 0), map(0, 1, 0, 0), { prior }), lost, 1e-9);
  isAbout(informationGain(map(0, 0, 0, 0), map(1, 1, 1, 1), { prior }), lost, 1e-9);
  assert.equal(informationGain(map(1, 0, 0, 0), map(0, 0, 0, 0), { prior }), 0);
  isAbout(informationGain(prior, map(0, 1, 0, 0), { prior: map(0, 0, 0, 0) }), -lost, 1e-9);
  assert.throws(() => informationGain(prior, prior, { prior: map(1) }), TypeError);
});

Deno.test("the measures of a map beside itself are the best there are", () => {
  for (const key of [1, 2, 3]) {
    const teacher = randomMap(key);
    assert.equal(meanAbsoluteError(teacher, teacher), 0);
    isAbout(pearsonCorrelation(teacher, teacher), 1);
    isAbout(similarity(teacher, teacher), 1);
    isAbout(klDivergence(teacher, teacher), 0);
    const other = randomMap(key + 10);
    const atBest = clampedBinaryCrossEntropy(teacher, teacher);
    assert(clampedBinaryCrossEntropy(other, teacher) > atBest);
  }
});

Deno.test("CC, SIM, KL, NSS and IG do not see scale", () => {
  const [prediction, teacher] = [randomMap(4), randomMap(5)];
  const gain = (p: Float32Array, q: Float32Array) => informationGain(p, q, { prior: randomMap(6) });
  const { pearsonCorrelation, similarity, klDivergence, normalisedScanpathSaliency } = measures;
  const scaleFree = [
    pearsonCorrelation,
    similarity,
    klDivergence,
    normalisedScanpathSaliency,
    gain,
  ];
  for (const measure of scaleFree) {
    const expected = measure(prediction, teacher);
    const scaled = measure(prediction.map((it) => it / 8), teacher.map((it) => it * 4));
    isAbout(scaled, expected, 1e-9);
  }
});

Deno.test("klDivergence() is never negative and similarity() from 0 to 1", () => {
  for (let key = 0; key < 20; key++) {
    const [prediction, teacher] = [randomMap(key), randomMap(key + 100)];
    assert(klDivergence(prediction, teacher) > 0);
    const shared = similarity(prediction, teacher);
    assert(shared > 0 && shared < 1);
  }
});

Deno.test("the measures refuse maps of different lengths", () => {
  for (const [name, measure] of Object.entries(measures)) {
    assert.throws(() => measure(map(1, 0), map(1, 0, 0)), {
      name: "TypeError",
      message: "Cannot compare maps: the prediction has 2 patches, expected the teacher's 3",
    }, name);
  }
});
