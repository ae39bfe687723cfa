/**
 * One layer of three tokens, CLS and two patches, whose maps were computed by hand.
 *
 * @module
 */
import type { RolloutMode } from "../../lib/rollout/settings.ts";

/** Attention of the three tokens, rows summing to 1. */
export const handLayer = [0.5, 0.3, 0.2, 0.1, 0.65, 0.25, 0.15, 0.4, 0.45];

/** Maps over the two patches; a ratio of 0.4 discards ⌊9·0.4⌋ = 3 entries: 0.1, 0.15 and 0.2. */
export const handMaps: readonly { mode: RolloutMode; discardRatio: number; map: number[] }[] = [
  { mode: "paper", discardRatio: 0, map: [0.15, 0.1] },
  { mode: "vit-explain", discardRatio: 0, map: [0.15, 0.1] }, // every row sums to 1
  { mode: "paper", discardRatio: 0.4, map: [0.15 / 0.9, 0] },
  { mode: "vit-explain", discardRatio: 0.4, map: [0.15 / 0.95, 0] },
  { mode: "paper", discardRatio: 1, map: [0, 0] },
  { mode: "vit-explain", discardRatio: 1, map: [0, 0] },
];
