/**
 * Where the files of a model are, by what a user writes after `--teacher-model=`.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import type { ModelArgs } from "./model_args.ts";
import { describeNamedModel, splitTag } from "./model_config_file.ts";
import { defaultTagOf } from "./pretrained_config.ts";

/** Files on this machine, or a repository on the hub. */
export type ModelAddress =
  | {
    /** A folder in timm's layout, or a file of weights that may have a `config.json` beside it. */
    readonly kind: "folder" | "file";
    /** The path of `config.json`. */
    readonly config: string;
    /** The path of the weights. */
    readonly weights: string;
  }
  | {
    readonly kind: "hub";
    /** `ORG/NAME`. */
    readonly repository: string;
  };

const weightsFile = /\.(safetensors|pt|pth)$/;

/** What a file of weights is named after: without its ending, and without the hash that PyTorch's hub adds. */
export function modelNameOf(weights: string): string {
  return basename(weights).replace(weightsFile, "").replace(/-[0-9a-f]{8}$/, "");
}

/** The files of a model's repository on the hub. */
export const hubFiles = { config: "config.json", weights: "model.safetensors" } as const;

/**
 * Tells where a model is; nothing is read.
 *
 * @param model A timm name, `hf-hub:ORG/NAME`, `local-dir:PATH`, or a path that ends in
 * `.safetensors`, `.pt` or `.pth`.
 * @param args timm's `model_args`, which a timm name is checked with.
 * @throws {RangeError} When the architecture or a model argument is not known.
 * @throws {Error} When timm has no weights for the name.
 */
export function addressOf(model: string, args?: ModelArgs): ModelAddress {
  if (model.startsWith("local-dir:")) {
    const folder = model.slice("local-dir:".length);
    const [config, weights] = [hubFiles.config, hubFiles.weights].map((name) => join(folder, name));
    return { kind: "folder", config, weights };
  }
  if (weightsFile.test(model)) {
    return { kind: "file", config: join(dirname(model), hubFiles.config), weights: model };
  }
  if (model.startsWith("hf-hub:")) {
    return { kind: "hub", repository: model.slice("hf-hub:".length) };
  }
  describeNamedModel(model, args); // refuses a mistyped name before any download
  const [architecture, tag = defaultTagOf(architecture)] = splitTag(model);
  if (!tag) {
    throw new Error(`Cannot load ${model}: timm has no weights for it; use --from-scratch`);
  }
  return { kind: "hub", repository: `timm/${architecture}.${tag}` };
}

/** Whether a model is named as timm names it: then its architecture is known without any file. */
export function isTimmName(model: string): boolean {
  return !/^(local-dir|hf-hub):/.test(model) && !weightsFile.test(model);
}
