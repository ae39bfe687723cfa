/**
 * From what a user writes after `--teacher-model=` to a model.
 *
 * @module
 */
import { type WeightLimits, weightLimitsOf } from "../files/limits.ts";
import { sha256Hex } from "../files/sha256.ts";
import type { Random } from "../random/random.ts";
import type { HubProgress } from "../weights/hub_progress.ts";
import { initialParameters } from "./initialise.ts";
import { loadLocated, type LocatedModel } from "./located_model.ts";
import { isTimmName, splitRevision } from "./model_address.ts";
import type { ModelArgs } from "./model_args.ts";
import { describeNamedModel, type ModelDescription } from "./model_config_file.ts";
import { placeOf } from "./model_place.ts";
import { variableOf } from "./state_dict.ts";
import { VisionTransformer } from "./vision_transformer.ts";
import type { VitConfig } from "./vit_config.ts";
import { sha256OfWeights } from "./weights_identity.ts";

/** Which model, and how to get at it. */
export interface ModelSource extends WeightLimits {
  /**
   * A timm name (its weights come from `timm/<name>` on the Hugging Face hub) or `hf-hub:ORG/NAME`, both
   * perhaps with `@` and a branch, tag or commit; `local-dir:PATH` (timm's `config.json` and
   * `model.safetensors`, or `pytorch_model.bin`, each perhaps in several files with an index); or the path of a
   * `.safetensors`, `.pt`, `.pth` or `.bin` file, or of an index, that has a `config.json` beside it or a timm
   * name for its own.
   */
  readonly model: string;
  /** timm's `model_args` over the named architecture. */
  readonly args?: ModelArgs;
  /** Folder that keeps downloads; that of Python's `huggingface_hub` when not given. */
  readonly weightsDir?: string;
  /** Whether to stay off the hub; as `HF_HUB_OFFLINE` says when not given. */
  readonly offline?: boolean;
  /** Told how a download goes. */
  readonly onDownload?: (progress: HubProgress) => void;
  /** Told when the hub cannot be asked and an older download is used. */
  readonly onWarning?: (message: string) => void;
  /** Breaks a download off when it is aborted; the next one goes on where it ended. */
  readonly signal?: AbortSignal;
}

/** A model on the backend; the caller disposes it. */
export interface LoadedModel {
  /** The weights on the backend. */
  readonly model: VisionTransformer;
  /** The architecture and its preprocessing. */
  readonly description: ModelDescription;
  /**
   * SHA-256 of the weights, as {@linkcode sha256OfWeights} takes it; of a model from scratch, of its
   * description.
   */
  readonly weightsSha256: string;
  /** The commit on the hub that the weights are of, if they are from there. */
  readonly commit?: string;
}

/**
 * Finds a model's description and weights, downloading them where need be.
 *
 * @param source Which model, and how to get at it.
 * @returns Its description, and where its weights now lie.
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
    commit: await place.commit(),
    limits: weightLimitsOf(source),
  };
}

/**
 * Describes a model whose weights are not wanted, for training from scratch; a timm name needs no network.
 *
 * @param source Which model.
 * @returns Its architecture and preprocessing.
 * @throws As {@linkcode locateModel} does, but for the weights.
 */
export async function describeModel(source: ModelSource): Promise<ModelDescription> {
  if (isTimmName(source.model)) {
    return describeNamedModel(splitRevision(source.model).name, source.args);
  }
  return await placeOf(source).describe();
}

/**
 * Loads a pretrained model onto the backend.
 *
 * @param source Which model, and how to get at it.
 * @returns The model, which the caller disposes, and what there is to know about it.
 * @throws As {@linkcode locateModel} does; {SyntaxError} also when the weights do not fit: all missing,
 * extra and misshapen keys are listed.
 */
export async function loadPretrained(source: ModelSource): Promise<LoadedModel> {
  const located = await locateModel(source);
  return {
    model: await loadLocated(located),
    description: located.description,
    weightsSha256: await sha256OfWeights(located.weightsPath),
    commit: located.commit,
  };
}

/**
 * Builds a model with timm's initial weights.
 *
 * @param source Which architecture; no weights are wanted.
 * @param random Where the weights are drawn from.
 * @returns The model; the caller disposes it.
 */
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
