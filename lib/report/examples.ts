/**
 * Which photos a report shows: the best, the middling and the worst.
 *
 * @module
 */
import type { ImageScoresLine } from "../run/evaluation_file.ts";

/** A group of photos. */
export interface ExampleGroup {
  /** What they have in common. */
  readonly title: "Best" | "Median" | "Worst";
  /** The photos, from the greatest score to the least. */
  readonly images: readonly ImageScoresLine[];
}

/**
 * Chooses the photos with the greatest scores, those around the median and those with the least, no photo
 * twice: of fewer than three times `count` each group takes a third.
 *
 * @param scoreOf The score of a photo; greater is better, ties are ordered by path.
 */
export function chooseExamples(
  images: readonly ImageScoresLine[],
  { count, scoreOf }: { count: number; scoreOf: (image: ImageScoresLine) => number },
): ExampleGroup[] {
  const ranked = images.toSorted((a, b) => scoreOf(b) - scoreOf(a) || (a.path < b.path ? -1 : 1));
  const size = Math.min(count, Math.max(1, Math.floor(ranked.length / 3)));
  const middle = Math.max(size, Math.round((ranked.length - size) / 2));
  const worst = Math.max(size, ranked.length - size);
  const groups: ExampleGroup[] = [
    { title: "Best", images: ranked.slice(0, size) },
    { title: "Median", images: ranked.slice(middle, Math.min(middle + size, worst)) },
    { title: "Worst", images: ranked.slice(worst) },
  ];
  return groups.filter(({ images }) => images.length > 0);
}
