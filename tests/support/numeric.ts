/**
 * Comparison of arrays of numbers.
 *
 * @module
 */
import assert from "node:assert/strict";

/**
 * Asserts that no element differs by more than a bound, naming the worst.
 *
 * @param actual The numbers under test.
 * @param expected The numbers they should be, as many.
 * @param options `tolerance` is absolute; `label` begins the message.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance, label = "value" }: { tolerance: number; label?: string },
): void {
  assert.equal(actual.length, expected.length, `${label}: length`);
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    if (!(difference(actual, expected, i) <= difference(actual, expected, worst))) worst = i;
  }
  const largest = difference(actual, expected, worst);
  assert(
    largest <= tolerance,
    `${label}[${worst}] is ${actual[worst]}, expected ${expected[worst]} ± ${tolerance}`,
  );
}

function difference(actual: ArrayLike<number>, expected: ArrayLike<number>, i: number): number {
  return i < actual.length ? Math.abs(actual[i] - expected[i]) : 0;
}
