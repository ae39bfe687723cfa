import assert from "node:assert/strict";
import { signFlipTest, signFlipTests } from "../../lib/metrics/sign_flip.ts";
import { Random } from "../../lib/random/random.ts";

const random = () => Random.from("sign flip test");
const normals = (count: number, { mean = 0, key = 0 }) => {
  const source = Random.from("differences", key);
  return Array.from({ length: count }, () => source.normal(mean));
};

Deno.test("signFlipTest() tries all signs of few pairs", () => {
  // of 8 sets of signs only +++ and −−− are as far from 0
  assert.equal(signFlipTest([1, 2, 3], { random: random() }), 2 / 8);
  // |1 + 2 − 3| = 0: every set is
  assert.equal(signFlipTest([1, 2, -3], { random: random() }), 1);
  // the sums are ±7, ±5, ±3, ±1: of 8, 6 are at least as far as 3
  assert.equal(signFlipTest([1, -2, 4], { random: random() }), 6 / 8);
  assert.equal(signFlipTest(new Array(12).fill(0.1), { random: random() }), 2 / 4096);
});

Deno.test("signFlipTest() says 1 where nothing differs", () => {
  assert.equal(signFlipTest([0], { random: random() }), 1);
  assert.equal(signFlipTest(new Array(50).fill(0), { random: random() }), 1);
});

Deno.test("signFlipTest() says 1 of symmetric differences and little of a clear shift", () => {
  const symmetric = normals(20, {}).flatMap((value) => [value, -value]);
  assert(signFlipTest(symmetric, { random: random() }) > 0.99);
  const p = signFlipTest(normals(40, { mean: 2 }), { random: random() });
  assert.equal(p, 1 / 10_000); // as small as 9999 drawn sets of signs can say
});

Deno.test("signFlipTest() of drawn signs is close to that of all of them", () => {
  const twelve = normals(12, { mean: 0.5, key: 4 });
  const exact = signFlipTest(twelve, { random: random() });
  const drawn = signFlipTest([...twelve, 0], { random: random() }); // a zero changes no sum
  assert(exact > 0.01 && exact < 0.5, `${exact}`);
  assert(Math.abs(drawn - exact) < 0.02, `${drawn} instead of ${exact}`);
});

Deno.test("signFlipTest() errs in about 5 of 100 experiments without a difference", () => {
  let errors = 0;
  for (let key = 0; key < 200; key++) {
    const options = { random: Random.from("error rate", key), flips: 399 };
    if (signFlipTest(normals(30, { key }), options) <= 0.05) errors++;
  }
  assert(errors >= 2 && errors <= 20, `${errors} of 200`);
});

Deno.test("signFlipTests() gives each column what it would get alone", () => {
  const columns = [normals(30, { key: 1, mean: 0.3 }), normals(30, { key: 2 })];
  const alone = columns.map((values) => signFlipTest(values, { random: random() }));
  assert.deepEqual(signFlipTests(columns, { random: random() }), alone);
  assert.deepEqual(signFlipTests(columns, { random: random() }), alone); // and again the same
});

Deno.test("signFlipTests() does not see which way a difference goes", () => {
  const values = normals(30, { key: 3, mean: 0.3 });
  const [one, other] = signFlipTests([values, values.map((it) => -it)], { random: random() });
  assert.equal(one, other);
});

Deno.test("signFlipTests() refuses what cannot be tested", () => {
  assert.throws(() => signFlipTests([[]], { random: random() }), {
    message: "Cannot test differences: there are 0 values, expected some",
  });
  assert.throws(() => signFlipTests([[1]], { random: random(), flips: 0.5 }), {
    message: "Cannot test differences: flips is 0.5, expected a positive integer",
  });
});
