/**
 * What timm's pretraining tags imply: classes and preprocessing.
 *
 * @module
 */
import type { Preprocessing } from "../image/preprocess.ts";
import { architectures } from "./architectures.ts";

/** A pretraining's classifier and preprocessing. */
export interface PretrainedConfig {
  /** The part of a timm name after the dot, e.g. `fb_in1k`. */
  readonly tag: string;
  /** Width of the classifier; 0 for a headless model. */
  readonly numClasses: number;
  /** How photos become the model's input. */
  readonly preprocessing: Preprocessing;
}

/** ImageNet's mean and standard deviation of R, G and B in [0, 1]. */
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
/** [0, 1] to [−1, 1], as in the JAX originals of augreg. */
const inception = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

/** Whether a tag names a masked autoencoder's pretraining (He et al. 2021, arXiv:2111.06377). */
export function isMaeTag(tag: string): boolean {
  return tag === "mae";
}

/** The tag that timm takes when a name carries none; empty where timm has no weights. */
export function defaultTagOf(architecture: string): string {
  if (/^deit3?_/.test(architecture)) return "fb_in1k";
  if (architecture.endsWith("dinov2")) return "lvd142m";
  if (architecture.endsWith("miil")) return "in21k";
  if (/(large_patch32|huge_patch14)_224$/.test(architecture)) return "orig_in21k";
  if (/plus|36x1|patch14_224$/.test(architecture)) return "";
  if (/large_patch32_384$/.test(architecture)) return "orig_in21k_ft_in1k";
  if (/base_patch(8|16)_224$/.test(architecture)) return "augreg2_in21k_ft_in1k";
  if (/small_patch8_224$/.test(architecture)) return "dino";
  return "augreg_in21k_ft_in1k";
}

/**
 * Classes and preprocessing of a pretraining, from timm 1.0.9's `default_cfgs`.
 *
 * @param architecture A key of {@linkcode architectures}.
 * @param tag The pretraining's tag; by default the one that timm takes.
 */
export function pretrainedConfigOf(
  architecture: string,
  tag: string = defaultTagOf(architecture),
): PretrainedConfig {
  const isDeit = /^deit3?_/.test(architecture);
  const { imageSize } = architectures.get(architecture)!;
  const isMiil = architecture.endsWith("miil");
  const isSelfSupervised = /^(mae|dino|lvd142m)$/.test(tag);
  const fullCrop = imageSize[0] >= 384 || (isDeit && tag === "fb_in22k_ft_in1k");
  const preprocessing: Preprocessing = {
    imageSize,
    cropPct: isMiil ? 0.875 : fullCrop ? 1 : plusCrop(architecture),
    interpolation: isMiil ? "bilinear" : "bicubic",
    cropMode: "center",
    ...(isDeit || isSelfSupervised ? imageNet : inception),
    ...(isMiil ? { mean: [0, 0, 0], std: [1, 1, 1] } as const : {}),
  };
  return { tag, numClasses: isSelfSupervised ? 0 : numClassesOf(tag, isMiil), preprocessing };
}

/** timm gives its two untrained `plus` models crops of 0.95. */
function plusCrop(architecture: string): number {
  return architecture.includes("plus") ? 0.95 : 0.9;
}

function numClassesOf(tag: string, isMiil: boolean): number {
  if (isMiil && tag === "in21k") return 11221;
  if (tag === "orig_in21k") return 0;
  return tag === "augreg_in21k" ? 21843 : 1000;
}
