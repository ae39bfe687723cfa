/**
 * From what a user writes after `--teacher-model=` to a model.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { sha256Hex, sha256OfFile } from "../files/sha256.ts";
import type { Random } from "../random/random.ts";
import { downloadFromHub, type HubProgress } from "../weights/hub.ts";
import { SafetensorsFile } from "../weights/safetensors_file.ts";
import { initialParameters } from "./initialise.ts";
import type { ModelArgs } from "./model_args.ts";
import {
  describeModelFile,
  describeNamedModel,
  type ModelDescription,
  splitTag,
} from "./model_config_file.ts";
import { defaultTagOf } from "./pretrained_config.ts";
import { loadParameters, type StateDict, variableOf } from "./state_dict.ts";
import { VisionTransformer } from "./vision_transformer.ts";

/** Which model, and how to get at it. */
export interface ModelSource {
  /**
   * A timm name (its weights come from `timm/<name>` on the Hugging Face hub), `hf-hub:ORG/NAME`,
   * `local-dir:PATH` (timm's `config.json` and `model.safetensors`), or the path of a `.safetensors` file
   * that has a `config.json` beside it or a timm name for its own.
   */
  readonly model: string;
  /** timm's `model_args` over the named architecture. */
  readonly args?: ModelArgs;
  /** Folder that keeps downloads. */
  readonly weightsDir: string;
  /** Told how a download goes. */
  readonly onDownload?: (progress: HubProgress) => void;
}

/** A model's description, and the file of its weights. */
export interface LocatedModel {
  /** The architecture and its preprocessing. */
  readonly description: ModelDescription;
  /** Path of the safetensors file. */
  readonly weightsPath: string;
}

/** A model on the backend; the caller disposes it. */
export interface LoadedModel {
  /** The weights on the backend. */
  readonly model: VisionTransformer;
  /** The architecture and its preprocessing. */
  readonly description: ModelDescription;
  /** SHA-256 of the weights' file, hexadecimal; of a model from scratch, of its initial seed. */
  readonly weightsSha256: string;
}

/**
 * Finds a model's description and weights, downloading them where need be.
 *
 * @throws {RangeError} When the architecture or a model argument is not known.
 * @throws {SyntaxError} When a `config.json` is damaged.
 * @throws {Error} When a file is missing or cannot be downloaded, with the remedy.
 */
export async function locateModel(source: ModelSource): Promise<LocatedModel> {
  const { model } = source;
  if (model.startsWith("local-dir:")) return await locateFolder(model.slice(10), source);
  if (model.endsWith(".safetensors")) return await locateFile(model, source);
  if (model.startsWith("hf-hub:")) return await locateOnHub(model.slice(7), source);
  describeNamedModel(model, source.args); // refuses a mistyped name before any download
  const [architecture, tag = defaultTagOf(architecture)] = splitTag(model);
  if (!tag) {
    throw new Error(`Cannot load ${model}: timm has no weights for it; use --from-scratch`);
  }
  return await locateOnHub(`timm/${architecture}.${tag}`, source);
}

/** Describes a model without its weights, for training from scratch; a timm name needs no network. */
export async function describeModel(source: ModelSource): Promise<ModelDescription> {
  const isName = !/^(local-dir|hf-hub):|\.safetensors$/.test(source.model);
  if (isName) return describeNamedModel(source.model, source.args);
  return (await locateModel(source)).description;
}

/**
 * Loads a pretrained model onto the backend.
 *
 * @throws As {@linkcode locateModel} does; {SyntaxError} also when the weights do not fit: all missing,
 * extra and misshapen keys are listed.
 */
export async function loadPretrained(source: ModelSource): Promise<LoadedModel> {
  const { description, weightsPath } = await locateModel(source);
  using file = await SafetensorsFile.open(weightsPath);
  const parameters = await loadParameters(description.config, stateDictOfFile(weightsPath, file));
  return {
    model: new VisionTransformer(description.config, parameters),
    description,
    weightsSha256: await sha256OfFile(weightsPath),
  };
}

/** Builds a model with timm's initial weights. */
export async function buildFromScratch(source: ModelSource, random: Random): Promise<LoadedModel> {
  const description = await describeModel(source);
  const parameters = new Map(
    [...initialParameters(description.config, random)]
      .map(([name, tensor]) => [name, variableOf(name, tensor)]),
  );
  return {
    model: new VisionTransformer(description.config, parameters),
    description,
    weightsSha256: sha256Hex(JSON.stringify(description)),
  };
}

function stateDictOfFile(path: string, file: SafetensorsFile): StateDict {
  const shapes = new Map([...file.header].map(([key, { shape }]) => [key, shape]));
  return { name: path, shapes, read: (key) => file.read(key) };
}

async function locateFolder(folder: string, { args }: ModelSource): Promise<LocatedModel> {
  const path = join(folder, "config.json");
  const description = describeModelFile(await readText(path), { path, args });
  const weightsPath = join(folder, "model.safetensors");
  await requireFile(weightsPath);
  return { description, weightsPath };
}

async function locateFile(weightsPath: string, { args }: ModelSource): Promise<LocatedModel> {
  await requireFile(weightsPath);
  const path = join(dirname(weightsPath), "config.json");
  const text = await Deno.readTextFile(path).catch(() => undefined);
  const description = text === undefined
    ? describeNamedModel(basename(weightsPath, ".safetensors"), args)
    : describeModelFile(text, { path, args });
  return { description, weightsPath };
}

async function locateOnHub(
  repository: string,
  { args, weightsDir, onDownload }: ModelSource,
): Promise<LocatedModel> {
  const files = await downloadFromHub(repository, ["config.json", "model.safetensors"], {
    cacheDir: weightsDir,
    onProgress: onDownload,
  });
  const path = files.get("config.json")!;
  const description = describeModelFile(await Deno.readTextFile(path), { path, args });
  return { description, weightsPath: files.get("model.safetensors")! };
}

async function readText(path: string): Promise<string> {
  await requireFile(path);
  return await Deno.readTextFile(path);
}

async function requireFile(path: string): Promise<void> {
  const found = await Deno.stat(path).catch(() => undefined);
  if (found?.isFile) return;
  throw new Error(
    `Cannot load model: ${path} is missing, expected timm's config.json and model.safetensors in one folder`,
  );
}
