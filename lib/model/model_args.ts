/**
 * timm's `model_args`: named overrides of an architecture.
 *
 * @module
 */
import { oneLine } from "../files/one_line.ts";
import { checkVitConfig, type VitConfig } from "./vit_config.ts";

/** Overrides by timm's names, e.g. `{ img_size: 44, patch_size: 4 }`. */
export type ModelArgs = Readonly<Record<string, unknown>>;

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

/** How each argument is read: its value in our terms, or undefined when it is not of the right kind. */
const readers: Record<string, (value: unknown) => Partial<VitConfig> | undefined> = {
  img_size: (value) => {
    if (isCount(value)) return { imageSize: [value, value] };
    if (!Array.isArray(value) || value.length !== 2 || !value.every(isCount)) return undefined;
    return { imageSize: [value[0], value[1]] };
  },
  patch_size: (value) => isCount(value) ? { patchSize: value } : undefined,
  embed_dim: (value) => isCount(value) ? { embedDim: value } : undefined,
  depth: (value) => isCount(value) ? { depth: value } : undefined,
  num_heads: (value) => isCount(value) ? { numHeads: value } : undefined,
  num_classes: (value) => isCount(value) ? { numClasses: value } : undefined,
  reg_tokens: (value) => isCount(value) ? { regTokens: value } : undefined,
  mlp_ratio: (value) => typeof value === "number" && value > 0 ? { mlpRatio: value } : undefined,
  qkv_bias: (value) => typeof value === "boolean" ? { qkvBias: value } : undefined,
  no_embed_class: (value) => typeof value === "boolean" ? { noEmbedClass: value } : undefined,
  // 0 means no LayerScale, as in timm
  init_values: (value) =>
    value === null || typeof value === "number" ? { initValues: value || null } : undefined,
};

/** Arguments that may be given as long as they say what this model does anyway. */
const fixed: Record<string, unknown> = { global_pool: "token", class_token: true };

/** Dropout and the like act in timm's training only; a student is trained without, as in the original. */
const ignored = /^(drop_rate|.*_drop_rate|drop_path_rate|weight_init)$/;

/**
 * Applies timm's `model_args` to an architecture.
 *
 * @param config The named architecture.
 * @param args Overrides by timm's names.
 * @throws {RangeError} When an argument is not known or cannot have that value: all are listed; when no
 * model can be built of them.
 */
export function applyModelArgs(config: VitConfig, args: ModelArgs = {}): VitConfig {
  const faults: string[] = [];
  let result = config;
  for (const [name, value] of Object.entries(args)) {
    if (ignored.test(name)) continue;
    const read = Object.hasOwn(readers, name) ? readers[name](value) : undefined;
    if (read) result = { ...result, ...read };
    else if (!(Object.hasOwn(fixed, name) && fixed[name] === value)) {
      faults.push(`${name}=${JSON.stringify(value)}`);
    }
  }
  if (faults.length) {
    throw new RangeError(
      `Cannot build model: model_args ${
        oneLine(faults.join(", "))
      } cannot be used, expected any of ${Object.keys(readers).join(", ")} with a fitting value`,
    );
  }
  checkVitConfig(result);
  return result;
}

/** The `model_args` that turn one architecture into another, for a `config.json` that timm reads. */
export function modelArgsOf(config: VitConfig): Record<string, unknown> {
  const { imageSize: [height, width] } = config;
  return {
    img_size: height === width ? height : [height, width],
    patch_size: config.patchSize,
    embed_dim: config.embedDim,
    depth: config.depth,
    num_heads: config.numHeads,
    mlp_ratio: config.mlpRatio,
    num_classes: config.numClasses,
    qkv_bias: config.qkvBias,
    reg_tokens: config.regTokens,
    no_embed_class: config.noEmbedClass,
    init_values: config.initValues,
  };
}
