/**
 * From what a user writes after `--teacher-model=` to a model.
 *
 * @module
 */
import { readJsonText } from "../files/json.ts";
import { type WeightLimits, weightLimitsOf } from "../files/limits.ts";
import { sha256Hex, sha256OfFile } from "../files/sha256.ts";
import type { Random } from "../random/random.ts";
import { downloadFromHub, type HubProgress } from "../weights/hub.ts";
import { architectures } from "./architectures.ts";
import { initialParameters } from "./initialise.ts";
import { loadLocated, type LocatedModel } from "./located_model.ts";
import {
  addressOf,
  hubFiles,
  isTimmName,
  type ModelAddress,
  modelNameOf,
} from "./model_address.ts";
import type { ModelArgs } from "./model_args.ts";
import {
  describeModelFile,
  describeNamedModel,
  type ModelDescription,
  splitTag,
} from "./model_config_file.ts";
import { variableOf } from "./state_dict.ts";
import { VisionTransformer } from "./vision_transformer.ts";
import type { VitConfig } from "./vit_config.ts";

/** Which model, and how to get at it. */
export interface ModelSource extends WeightLimits {
  /**
   * A timm name (its weights come from `timm/<name>` on the Hugging Face hub), `hf-hub:ORG/NAME`,
   * `local-dir:PATH` (timm's `config.json` and `model.safetensors`), or the path of a `.safetensors`, `.pt` or
   * `.pth` file that has a `config.json` beside it or a timm name for its own.
   */
  readonly model: string;
  /** timm's `model_args` over the named architecture. */
  readonly args?: ModelArgs;
  /** Folder that keeps downloads; `data/weights` when not given. */
  readonly weightsDir?: string;
  /** Told how a download goes. */
  readonly onDownload?: (progress: HubProgress) => void;
  /** Breaks a download off when it is aborted; the next one goes on where it ended. */
  readonly signal?: AbortSignal;
}

/** A model on the backend; the caller disposes it. */
export interface LoadedModel {
  /** The weights on the backend. */
  readonly model: VisionTransformer;
  /** The architecture and its preprocessing. */
  readonly description: ModelDescription;
  /** SHA-256 of the weights' file, hexadecimal; of a model from scratch, of its description. */
  readonly weightsSha256: string;
}

/**
 * Finds a model's description and weights, downloading them where need be.
 *
 * @throws {RangeError} When the architecture or a model argument is not known.
 * @throws {SyntaxError} When a `config.json` is damaged.
 * @throws {Error} When a file is missing or cannot be downloaded, with the remedy.
 * @throws The signal's reason when it is aborted during a download.
 */
export async function locateModel(source: ModelSource): Promise<LocatedModel> {
  const place = placeOf(source);
  return {
    description: await place.describe(),
    weightsPath: await place.weights(),
    limits: weightLimitsOf(source),
  };
}

/**
 * Describes a model whose weights are not wanted, for training from scratch; a timm name needs no network.
 *
 * @throws As {@linkcode locateModel} does, but for the weights.
 */
export async function describeModel(source: ModelSource): Promise<ModelDescription> {
  if (isTimmName(source.model)) return describeNamedModel(source.model, source.args);
  return await placeOf(source).describe();
}

/**
 * Loads a pretrained model onto the backend.
 *
 * @throws As {@linkcode locateModel} does; {SyntaxError} also when the weights do not fit: all missing,
 * extra and misshapen keys are listed.
 */
export async function loadPretrained(source: ModelSource): Promise<LoadedModel> {
  const located = await locateModel(source);
  return {
    model: await loadLocated(located),
    description: located.description,
    weightsSha256: await sha256OfFile(located.weightsPath),
  };
}

/** Builds a model with timm's initial weights. */
export async function buildFromScratch(source: ModelSource, random: Random): Promise<LoadedModel> {
  const description = await describeModel(source);
  return {
    model: initialModel(description.config, random),
    description,
    weightsSha256: sha256Hex(JSON.stringify(description)),
  };
}

/** A model with timm's initial weights; the caller disposes it. */
export function initialModel(config: VitConfig, random: Random): VisionTransformer {
  const parameters = new Map(
    [...initialParameters(config, random)]
      .map(([name, tensor]) => [name, variableOf(name, tensor)]),
  );
  return new VisionTransformer(config, parameters);
}

/** Where a model is to be had; nothing is read or downloaded before it is asked for. */
interface ModelPlace {
  describe(): Promise<ModelDescription>;
  /** The path of the weights, which are then there. */
  weights(): Promise<string>;
}

function placeOf(source: ModelSource): ModelPlace {
  const address = addressOf(source.model, source.args);
  if (address.kind === "hub") return onHub(address.repository, source);
  return address.kind === "folder" ? inFolder(address, source) : inFile(address, source);
}

/** The files of a model on this machine. */
type LocalFiles = Pick<Extract<ModelAddress, { kind: "folder" | "file" }>, "config" | "weights">;

function inFolder({ config: path, weights }: LocalFiles, { args }: ModelSource): ModelPlace {
  const expected = "timm's config.json and model.safetensors in one folder";
  return {
    describe: async () => {
      await requireFile(path, expected);
      return describeModelFile(await readJsonText(path), { path, args });
    },
    weights: () => requireFile(weights, expected),
  };
}

function inFile({ config: path, weights: weightsPath }: LocalFiles, { args }: ModelSource) {
  const weights = () => requireFile(weightsPath, "a file of weights");
  return {
    describe: async () => {
      await weights();
      const text = await readJsonText(path).catch(() => undefined);
      if (text !== undefined) return describeModelFile(text, { path, args });
      const name = modelNameOf(weightsPath);
      if (architectures.has(splitTag(name)[0])) return describeNamedModel(name, args);
      throw new Error(
        `Cannot load model: ${path} is missing, expected it there or a timm name for ${weightsPath}`,
      );
    },
    weights,
  };
}

function onHub(
  repository: string,
  { args, weightsDir = "data/weights", onDownload, signal }: ModelSource,
): ModelPlace {
  const download = async (file: string) => {
    const options = { cacheDir: weightsDir, onProgress: onDownload, signal };
    return (await downloadFromHub(repository, [file], options)).get(file)!;
  };
  return {
    describe: async () => {
      const path = await download(hubFiles.config);
      return describeModelFile(await readJsonText(path), { path, args });
    },
    weights: () => download(hubFiles.weights),
  };
}

async function requireFile(path: string, expected: string): Promise<string> {
  const found = await Deno.stat(path).catch(() => undefined);
  if (found?.isFile) return path;
  throw new Error(`Cannot load model: ${path} is missing, expected ${expected}`);
}
