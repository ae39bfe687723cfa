/**
 * Random numbers that depend on their keys alone: the same on every machine, in every order of calls
 * to other streams.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** The width of an interval as high as the normal density's peak with area 1: √(2π). */
const EQUIVALENT_WIDTH = Math.sqrt(2 * Math.PI);

/** Mean, standard deviation and bounds of a truncated normal distribution. */
export interface TruncatedNormalOptions {
  /** Mean before truncation; 0 by default. */
  readonly mean?: number;
  /** Standard deviation before truncation; 1 by default. */
  readonly std?: number;
  /** Smallest value, absolute and not in standard deviations; −2 by default. */
  readonly low?: number;
  /** Largest value, absolute and not in standard deviations; 2 by default. */
  readonly high?: number;
}

/**
 * A deterministic stream of random numbers, drawn by xoroshiro128+ (Blackman & Vigna 2021,
 * arXiv:1805.01407) from a state that is the SHA-256 of the stream's keys.
 */
export class Random {
  readonly #generator: RandomGenerator;

  private constructor(generator: RandomGenerator) {
    this.#generator = generator;
  }

  /**
   * Opens the stream of some keys: equal keys give equal streams, different keys (`("a", "bc")` and
   * `("ab", "c")`, 1 and `"1"`) independent ones.
   *
   * @param keys Finite numbers and strings, for instance a seed, a purpose and an epoch.
   * @throws {RangeError} When a key is not finite.
   */
  static from(...keys: (string | number)[]): Random {
    const infinite = keys.find((key) => typeof key === "number" && !Number.isFinite(key));
    if (infinite !== undefined) {
      throw new RangeError(
        `Cannot seed random numbers: a key is ${infinite}, expected a finite one`,
      );
    }
    const digest = sha256(new TextEncoder().encode(JSON.stringify(keys)));
    const state = new DataView(digest.buffer, digest.byteOffset);
    return new Random(
      xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => state.getInt32(offset, true))),
    );
  }

  /** Draws a real number, uniform over [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * uniformFloat64(this.#generator);
  }

  /**
   * Draws a whole number, uniform over low … highExclusive − 1.
   *
   * @throws {RangeError} When a bound is not a safe integer, or none lies between them.
   */
  integer(low: number, highExclusive: number): number {
    if (
      !Number.isSafeInteger(low) || !Number.isSafeInteger(highExclusive) || low >= highExclusive
    ) {
      throw new RangeError(
        `Cannot draw an integer: range is ${low} to ${highExclusive} (excluded), ` +
          "expected whole numbers in rising order",
      );
    }
    return uniformInt(this.#generator, low, highExclusive - 1);
  }

  /** Draws from the normal distribution, by Marsaglia's polar method. */
  normal(mean = 0, std = 1): number {
    for (;;) {
      const x = this.uniform(-1, 1);
      const square = x ** 2 + this.uniform(-1, 1) ** 2;
      if (square > 0 && square < 1) {
        return mean + std * x * Math.sqrt(-2 * Math.log(square) / square);
      }
    }
  }

  /**
   * Draws from the normal distribution restricted to [low, high], like PyTorch's and timm's
   * `trunc_normal_`.
   *
   * @throws {RangeError} When `std` is not positive, or the bounds are not finite and rising.
   */
  truncatedNormal({ mean = 0, std = 1, low = -2, high = 2 }: TruncatedNormalOptions = {}): number {
    if (!(std > 0) || !(low < high) || !Number.isFinite(high - low)) {
      throw new RangeError(
        `Cannot draw a truncated normal: std is ${std} and range is ${low} to ${high}, ` +
          "expected a positive std and finite bounds in rising order",
      );
    }
    const from = (low - mean) / std;
    const to = (high - mean) / std;
    const nearest = Math.min(Math.max(0, from), to);
    // Rejection, from whichever proposal is refused less often: the whole bell, or the flat interval.
    const proposeBell = nearest === 0 && to - from > EQUIVALENT_WIDTH;
    for (;;) {
      const z = proposeBell ? this.normal() : this.uniform(from, to);
      const accepted = proposeBell
        ? z >= from && z <= to
        : this.chance(Math.exp((nearest ** 2 - z ** 2) / 2));
      if (accepted) return Math.min(Math.max(mean + std * z, low), high);
    }
  }

  /** Draws true with probability `p`. */
  chance(p: number): boolean {
    return this.uniform() < p;
  }

  /**
   * Draws an order of 0 … n − 1, each order equally likely (Fisher–Yates).
   *
   * @throws {RangeError} When `n` is not a whole number from 0 to 2³² − 1.
   */
  permutation(n: number): Uint32Array {
    if (!Number.isInteger(n) || n < 0 || n > 2 ** 32 - 1) {
      throw new RangeError(`Cannot draw a permutation: n is ${n}, expected a whole number from 0`);
    }
    const order = Uint32Array.from({ length: n }, (_, index) => index);
    for (let last = n - 1; last > 0; last--) {
      const chosen = this.integer(0, last + 1);
      [order[last], order[chosen]] = [order[chosen], order[last]];
    }
    return order;
  }

  /**
   * Draws one of the items, each equally likely.
   *
   * @throws {RangeError} When there are no items.
   */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length)];
  }
}
