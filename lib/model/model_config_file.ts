/**
 * The `config.json` beside a model's weights, as timm writes and reads it.
 *
 * @module
 */
import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { parseJson } from "../files/json.ts";
import { oneLine } from "../files/one_line.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import { architectures } from "./architectures.ts";
import { applyModelArgs, type ModelArgs, modelArgsOf } from "./model_args.ts";
import { defaultTagOf, pretrainedConfigOf } from "./pretrained_config.ts";
import type { VitConfig } from "./vit_config.ts";

/** An architecture with its preprocessing, as a `config.json` or a timm name describes it. */
export interface ModelDescription {
  /** A key of {@linkcode architectures}. */
  readonly architecture: string;
  /** The pretraining's tag, e.g. `fb_in1k`; empty when unknown. */
  readonly tag: string;
  /** The architecture, its `model_args` applied. */
  readonly config: VitConfig;
  /** How photos become the model's input; its image size is the architecture's. */
  readonly preprocessing: Preprocessing;
}

/** What is longer is no slip of the pen, and to compare it with every name takes long. */
const LONGEST_NAME = 100;

const triple = z.tuple([z.number(), z.number(), z.number()]);
const pretrainedSchema = z.looseObject({
  tag: z.string().nullish(),
  num_classes: z.int().min(0).nullish(),
  input_size: z.tuple([z.literal(3), z.int().min(1), z.int().min(1)]).nullish(),
  crop_pct: z.number().positive().nullish(),
  crop_mode: z.enum(["center", "squash"]).nullish(),
  interpolation: z.enum(["bicubic", "bilinear"]).nullish(),
  mean: triple.nullish(),
  std: triple.nullish(),
});
/** timm's older files keep at the top level what newer ones keep in `pretrained_cfg`. */
const configSchema = z.looseObject({
  ...pretrainedSchema.shape,
  architecture: z.string(),
  model_args: z.record(z.string(), z.unknown()).nullish(),
  pretrained_cfg: pretrainedSchema.nullish(),
});

/**
 * Describes a model by its timm name alone.
 *
 * @param name e.g. `deit3_large_patch16_224.fb_in1k`; without a tag timm's default one is meant.
 * @param args timm's `model_args`.
 * @throws {RangeError} When the architecture is not known.
 */
export function describeNamedModel(name: string, args?: ModelArgs): ModelDescription {
  const [architecture, tag = defaultTagOf(name)] = splitTag(name);
  const base = knownArchitecture(architecture, name);
  const { numClasses, preprocessing } = pretrainedConfigOf(architecture, tag);
  const config = applyModelArgs({ ...base, numClasses }, args);
  return {
    architecture,
    tag,
    config,
    preprocessing: { ...preprocessing, imageSize: config.imageSize },
  };
}

/**
 * Describes a model by its `config.json`.
 *
 * @param text The file's content.
 * @param options `path` is named in errors; `args` are `model_args` that go over the file's.
 * @throws {SyntaxError} When the file is not such a configuration, naming the fault.
 * @throws {RangeError} When the architecture or an argument is not known.
 */
export function describeModelFile(
  text: string,
  { path, args }: { path: string; args?: ModelArgs },
): ModelDescription {
  const file = parseConfig(text, path);
  const [architecture, nameTag = ""] = splitTag(file.architecture);
  const base = knownArchitecture(architecture, path);
  const cfg = file.pretrained_cfg ?? file;
  const tag = cfg.tag ?? nameTag;
  const defaults = pretrainedConfigOf(architecture, tag || undefined);
  const sized: VitConfig = {
    ...base,
    imageSize: cfg.input_size ? [cfg.input_size[1], cfg.input_size[2]] : base.imageSize,
    numClasses: file.num_classes ?? cfg.num_classes ?? defaults.numClasses,
  };
  const config = buildConfig(sized, { args: { ...file.model_args, ...args }, path });
  const preprocessing: Preprocessing = {
    imageSize: config.imageSize,
    cropPct: cfg.crop_pct ?? defaults.preprocessing.cropPct,
    cropMode: cfg.crop_mode ?? "center",
    interpolation: cfg.interpolation ?? defaults.preprocessing.interpolation,
    mean: cfg.mean ?? defaults.preprocessing.mean,
    std: cfg.std ?? defaults.preprocessing.std,
  };
  return { architecture, tag, config, preprocessing };
}

/** Writes a `config.json` that timm's `local-dir:` and we read back to the same model. */
export function serialiseModelFile(model: ModelDescription): string {
  const { config, preprocessing } = model;
  const content = {
    architecture: model.architecture,
    num_classes: config.numClasses,
    model_args: modelArgsOf(config),
    pretrained_cfg: {
      tag: model.tag,
      num_classes: config.numClasses,
      input_size: [3, ...config.imageSize],
      fixed_input_size: true,
      crop_pct: preprocessing.cropPct,
      crop_mode: preprocessing.cropMode,
      interpolation: preprocessing.interpolation,
      mean: preprocessing.mean,
      std: preprocessing.std,
      first_conv: "patch_embed.proj",
      classifier: config.distilled ? ["head", "head_dist"] : "head",
    },
  };
  return JSON.stringify(content, null, 2) + "\n";
}

/** Applies a file's arguments; a refusal names the file. */
function buildConfig(
  base: VitConfig,
  { args, path }: { args: ModelArgs; path: string },
): VitConfig {
  try {
    return applyModelArgs(base, args);
  } catch (error) {
    const fault = (error as Error).message.replace("Cannot build model: ", "");
    throw new RangeError(`Cannot build model ${path}: ${fault}`);
  }
}

/** Splits `deit3_large_patch16_224.fb_in1k` at the dot. */
export function splitTag(name: string): [architecture: string, tag?: string] {
  const dot = name.indexOf(".");
  return dot < 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

function knownArchitecture(architecture: string, source: string): VitConfig {
  const config = architectures.get(architecture);
  if (config) return config;
  const name = architecture.slice(0, LONGEST_NAME);
  const nearest = closest(name, [...architectures.keys()]);
  const hint = distance(name, nearest) <= name.length / 3
    ? `did you mean ${nearest}?`
    : "its name begins with deit_, deit3_ or vit_; a path is written local-dir:PATH";
  throw new RangeError(
    `Cannot build model ${source}: architecture is ${
      oneLine(architecture)
    }, expected a vision transformer of ` +
      `timm's; ${hint}`,
  );
}

function parseConfig(text: string, path: string): z.infer<typeof configSchema> {
  try {
    return parseJson(text, configSchema);
  } catch (error) {
    throw new SyntaxError(`Cannot read model configuration: ${path}: ${(error as Error).message}`);
  }
}
