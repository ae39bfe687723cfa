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
    /** A folder in timm's layout. */
    readonly kind: "folder";
    /** The path of the folder. */
    readonly folder: string;
  }
  | {
    /** A file of weights that may have a `config.json` beside it. */
    readonly kind: "file";
    /** The path of `config.json`. */
    readonly config: string;
    /** The path of the weights, or of the index of several files. */
    readonly weights: string;
  }
  | {
    readonly kind: "hub";
    /** `ORG/NAME`. */
    readonly repository: string;
    /** Branch, tag or commit. */
    readonly revision: string;
  };

/** The name of a model's description in a folder or repository. */
export const CONFIG_FILE = "config.json";

/**
 * The names of a model's weights in a folder or repository, of which the first that is there is taken: timm's
 * order, in which an index of several files follows the one file.
 */
export const weightsFiles: readonly string[] = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
  "pytorch_model.pth",
  "model.pth",
];

const weightsFile = /\.(safetensors|pt|pth|bin|index\.json)$/;

/** What a file of weights is named after: without its endings, and without the hash that PyTorch's hub adds. */
export function modelNameOf(weights: string): string {
  const whole = basename(weights, ".index.json");
  return whole.replace(weightsFile, "").replace(/-[0-9a-f]{8}$/, "");
}

/**
 * Tells where a model is; nothing is read.
 *
 * @param model A timm name or `hf-hub:ORG/NAME`, both perhaps with `@` and a branch, tag or commit;
 * `local-dir:PATH`; or a path that ends in `.safetensors`, `.pt`, `.pth`, `.bin` or `.index.json`.
 * @param args timm's `model_args`, which a timm name is checked with.
 * @throws {RangeError} When the architecture or a model argument is not known, or an `@` has nothing behind it.
 * @throws {Error} When timm has no weights for the name.
 */
export function addressOf(model: string, args?: ModelArgs): ModelAddress {
  if (model.startsWith("local-dir:")) {
    return { kind: "folder", folder: model.slice("local-dir:".length) };
  }
  if (!isOnHub(model)) {
    return { kind: "file", config: join(dirname(model), CONFIG_FILE), weights: model };
  }
  const { name, revision = "main" } = splitRevision(model);
  if (name.startsWith("hf-hub:")) {
    return { kind: "hub", repository: name.slice("hf-hub:".length), revision };
  }
  describeNamedModel(name, args); // refuses a mistyped name before any download
  const [architecture, tag = defaultTagOf(architecture)] = splitTag(name);
  if (!tag) {
    throw new Error(`Cannot load ${model}: timm has no weights for it; use --from-scratch`);
  }
  return { kind: "hub", repository: `timm/${architecture}.${tag}`, revision };
}

/** Whether a model is named as timm names it: then its architecture is known without any file. */
export function isTimmName(model: string): boolean {
  return isOnHub(model) && !model.startsWith("hf-hub:");
}

/**
 * Splits `NAME@REVISION`, as timm does.
 *
 * @throws {RangeError} When there is nothing behind the `@`, or a second one.
 */
export function splitRevision(model: string): { name: string; revision?: string } {
  const [name, revision, ...others] = model.split("@");
  if (revision !== "" && others.length === 0) return { name, revision };
  throw new RangeError(
    `Cannot load ${model}: expected one @, with a branch, a tag or a commit behind it`,
  );
}

/** The name of the same model at a commit; a model on this machine has none and stays what it is. */
export function atCommit(model: string, commit: string | undefined): string {
  if (commit === undefined || !isOnHub(model)) return model;
  return `${splitRevision(model).name}@${commit}`;
}

/** The last part of a model's name, with its revision, as a part of a file's or folder's name. */
export function shortNameOf(model: string): string {
  const { name, revision } = isOnHub(model) ? splitRevision(model) : { name: model };
  const last = name.split(/[/\\:]/).filter(Boolean).at(-1) ?? name;
  return revision === undefined ? last : `${last}@${revision.replaceAll("/", "-")}`;
}

function isOnHub(model: string): boolean {
  return model.startsWith("hf-hub:") ||
    !model.startsWith("local-dir:") && !weightsFile.test(model);
}
