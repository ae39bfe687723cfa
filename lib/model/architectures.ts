/**
 * The named architectures of timm's vision transformers.
 *
 * @module
 */
import { defaultVitConfig, type VitConfig } from "./vit_config.ts";

type Size = "tiny" | "small" | "medium" | "base" | "large" | "huge";

/** Touvron et al. 2021, table 1; Dosovitskiy et al. 2020, table 1; Touvron et al. 2022, table 1. */
const sizes: Record<Size, Pick<VitConfig, "embedDim" | "depth" | "numHeads">> = {
  tiny: { embedDim: 192, depth: 12, numHeads: 3 },
  small: { embedDim: 384, depth: 12, numHeads: 6 },
  medium: { embedDim: 512, depth: 12, numHeads: 8 },
  base: { embedDim: 768, depth: 12, numHeads: 12 },
  large: { embedDim: 1024, depth: 24, numHeads: 16 },
  huge: { embedDim: 1280, depth: 32, numHeads: 16 },
};

const table = new Map<string, VitConfig>();

function define(name: string, size: Size, more: Partial<VitConfig> = {}): void {
  const patchSize = Number(/patch(\d+)/.exec(name)![1]);
  const side = Number(/_(\d{3})(?:_|$)/.exec(name)?.[1] ?? 518); // DINOv2 names carry no size: 518
  const imageSize = [side, side] as const;
  table.set(name, { ...defaultVitConfig, ...sizes[size], patchSize, imageSize, ...more });
}

// timm 1.0.9, models/deit.py
for (const size of ["tiny", "small", "base"] as const) {
  for (const side of size === "base" ? [224, 384] : [224]) {
    define(`deit_${size}_patch16_${side}`, size);
    define(`deit_${size}_distilled_patch16_${side}`, size, { distilled: true });
  }
}
const deit3: Partial<VitConfig> = { noEmbedClass: true, initValues: 1e-6 };
for (const size of ["small", "medium", "base", "large"] as const) {
  define(`deit3_${size}_patch16_224`, size, deit3);
  if (size !== "medium") define(`deit3_${size}_patch16_384`, size, deit3);
}
define("deit3_huge_patch14_224", "huge", deit3);

// timm 1.0.9, models/vision_transformer.py
for (
  const [size, layouts] of [
    ["tiny", ["patch16_224", "patch16_384"]],
    ["small", ["patch32_224", "patch32_384", "patch16_224", "patch16_384", "patch8_224"]],
    ["base", ["patch32_224", "patch32_384", "patch16_224", "patch16_384", "patch8_224"]],
    ["large", ["patch32_224", "patch32_384", "patch16_224", "patch16_384", "patch14_224"]],
    ["huge", ["patch14_224"]],
  ] as const
) {
  for (const layout of layouts) define(`vit_${size}_${layout}`, size);
}
define("vit_base_patch16_224_miil", "base", { qkvBias: false });
const plus: Partial<VitConfig> = { embedDim: 896, numHeads: 14, initValues: 1e-5 };
define("vit_base_patch32_plus_256", "base", plus);
define("vit_base_patch16_plus_240", "base", plus);
define("vit_small_patch16_36x1_224", "small", { depth: 36, initValues: 1e-5 });
for (const size of ["small", "base", "large"] as const) {
  define(`vit_${size}_patch14_dinov2`, size, { initValues: 1e-5 });
  define(`vit_${size}_patch14_reg4_dinov2`, size, {
    initValues: 1e-5,
    regTokens: 4,
    noEmbedClass: true,
  });
}

/**
 * Every architecture by its timm name without the pretraining tag; its classifier has ImageNet's 1000
 * classes until a pretraining says otherwise.
 */
export const architectures: ReadonlyMap<string, VitConfig> = table;
