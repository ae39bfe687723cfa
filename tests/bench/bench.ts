/**
 * What every part of the benchmark works with.
 *
 * @module
 */
import type { BenchOptions } from "../../lib/config/task_schemas.ts";
import { countParameters, describeCount } from "../../lib/model/parameters.ts";
import type { ModelDescription } from "../../lib/model/model_config_file.ts";
import type { RolloutSettings } from "../../lib/rollout/settings.ts";
import type { VisionTransformer } from "../../lib/model/vision_transformer.ts";
import { numPrefixTokensOf } from "../../lib/model/vit_config.ts";
import type { Peer } from "./peer_process.ts";
import type { Reporter } from "./reporter.ts";

/** The surroundings of one benchmark. */
export interface Bench {
  /** What the user asked for. */
  readonly options: BenchOptions;
  /** Hears how it goes. */
  readonly reporter: Reporter;
  /** PyTorch, where it is. */
  readonly peer?: Peer;
  /** A folder for files, removed at the end. */
  readonly folder: string;
}

/** What `train` does unless told otherwise. */
export const trainDefaults = {
  lr: 1e-3,
  degradation: { strategy: "DOWNSIZE", factor: 5 },
} as const;

/** How the bench's options roll out a model's attention. */
export function rolloutSettings(
  { rolloutMode: mode, discardRatio }: BenchOptions,
  model: VisionTransformer,
): RolloutSettings {
  return {
    mode,
    discardRatio,
    numPrefixTokens: numPrefixTokensOf(model.config),
    grid: model.grid,
  };
}

/** Names a model with its size, e.g. `deit_tiny_patch16_224, 5.7 M parameters, 224×224`. */
export function describeModelSize({ architecture, config }: ModelDescription): string {
  const parameters = describeCount(countParameters(config));
  return `${architecture}, ${parameters} parameters, ${config.imageSize.join("×")}`;
}
