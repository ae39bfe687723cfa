/**
 * What decides which patches of a photo an evaluation hides.
 *
 * @module
 */

/** The key of a photo's mask in `evaluate`: whoever shows what was scored hides the same patches. */
export function evaluationMaskKey(seed: number, path: string): readonly (string | number)[] {
  return [seed, "evaluate", path];
}
