/**
 * Where a model's description and weights are to be had.
 *
 * @module
 */
import { join } from "node:path";
import { ifPresent } from "../files/if_present.ts";
import { readJsonText } from "../files/json.ts";
import { HubSnapshot } from "../weights/hub/hub_snapshot.ts";
import { isShardIndex, readShardIndex } from "../weights/shard_index.ts";
import { architectures } from "./architectures.ts";
import {
  addressOf,
  CONFIG_FILE,
  type ModelAddress,
  modelNameOf,
  weightsFiles,
} from "./model_address.ts";
import {
  describeModelFile,
  describeNamedModel,
  type ModelDescription,
  splitTag,
} from "./model_config_file.ts";
import type { ModelSource } from "./model_source.ts";

/** Where a model is to be had; nothing is read or downloaded before it is asked for. */
export interface ModelPlace {
  /** Describes the model. */
  describe(): Promise<ModelDescription>;
  /** The path of the weights, or of the index of several files; all are then there. */
  weights(): Promise<string>;
  /** The commit that both are of; nothing on this machine. */
  commit(): Promise<string | undefined>;
}

/**
 * Finds out where a model is.
 *
 * @throws As {@linkcode addressOf} does.
 */
export function placeOf(source: ModelSource): ModelPlace {
  const address = addressOf(source.model, source.args);
  if (address.kind === "hub") return onHub(address, source);
  return address.kind === "folder" ? inFolder(address.folder, source) : inFile(address, source);
}

function inFolder(folder: string, { args }: ModelSource): ModelPlace {
  const expected = `timm's ${CONFIG_FILE} and ${weightsFiles[0]} in one folder`;
  const path = join(folder, CONFIG_FILE);
  return {
    describe: async () => {
      await requireFile(path, expected);
      return describeModelFile(await readJsonText(path), { path, args });
    },
    weights: async () => {
      for (const name of weightsFiles) {
        const weights = join(folder, name);
        if ((await ifPresent(Deno.stat(weights)))?.isFile) return weights;
      }
      throw missing(join(folder, weightsFiles[0]), expected);
    },
    commit: noCommit,
  };
}

function inFile(
  { config: path, weights: weightsPath }: Extract<ModelAddress, { kind: "file" }>,
  { args }: ModelSource,
): ModelPlace {
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
    commit: noCommit,
  };
}

function onHub(
  { repository, revision }: Extract<ModelAddress, { kind: "hub" }>,
  { args, weightsDir: cacheDir, onDownload: onProgress, ...source }: ModelSource,
): ModelPlace {
  const { offline, onWarning, signal } = source;
  const options = { cacheDir, revision, offline, onProgress, onWarning, signal };
  let opened: Promise<HubSnapshot> | undefined;
  const snapshot = () => opened ??= HubSnapshot.open(repository, options);
  return {
    describe: async () => {
      const path = await (await snapshot()).fetch(CONFIG_FILE);
      return describeModelFile(await readJsonText(path), { path, args });
    },
    weights: async () => await fetchWeights(await snapshot()),
    commit: async () => (await snapshot()).commit,
  };
}

async function fetchWeights(snapshot: HubSnapshot): Promise<string> {
  const path = await snapshot.fetch(await snapshot.firstOf(weightsFiles) ?? weightsFiles[0]);
  if (isShardIndex(path)) {
    const { shards } = await readShardIndex(path);
    for (const shard of shards) await snapshot.fetch(shard, shards);
  }
  return path;
}

function noCommit(): Promise<undefined> {
  return Promise.resolve(undefined);
}

async function requireFile(path: string, expected: string): Promise<string> {
  const found = await Deno.stat(path).catch(() => undefined);
  if (found?.isFile) return path;
  throw missing(path, expected);
}

function missing(path: string, expected: string): Error {
  return new Error(`Cannot load model: ${path} is missing, expected ${expected}`);
}
