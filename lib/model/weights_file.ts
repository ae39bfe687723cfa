/**
 * A file of weights, in whichever of the formats that people keep them in.
 *
 * @module
 */
import type { WeightLimits } from "../files/limits.ts";
import { SafetensorsFile } from "../weights/safetensors_file.ts";
import { isShardIndex } from "../weights/shard_index.ts";
import { isTorchFile } from "../weights/torch/is_torch_file.ts";
import { openShardedWeights, type OpenStateDict } from "./sharded_weights.ts";

/**
 * Opens a file of weights, or all that an index names; tensors are read one by one, on request.
 *
 * @returns The state dict, which closes the file at the end of a `using` block.
 * @throws As {@linkcode SafetensorsFile.open}, `TorchFile.open` and {@linkcode openShardedWeights} do.
 */
export async function openWeightsFile(path: string, limits?: WeightLimits): Promise<OpenStateDict> {
  if (isShardIndex(path)) return await openShardedWeights(path, { open: openOne, limits });
  return await openOne(path, limits);
}

async function openOne(path: string, limits?: WeightLimits): Promise<OpenStateDict> {
  if (isTorchFile(path)) {
    const { TorchFile } = await import("../weights/torch/torch_file.ts"); // few need it
    const file = await TorchFile.open(path, limits);
    const { shapes } = file;
    return {
      name: path,
      shapes,
      read: (key) => file.read(key),
      [Symbol.dispose]: () => file[Symbol.dispose](),
    };
  }
  const file = await SafetensorsFile.open(path, limits);
  const shapes = new Map([...file.header].map(([key, { shape }]) => [key, shape]));
  return {
    name: path,
    shapes,
    read: (key) => file.read(key),
    [Symbol.dispose]: () => file.close(),
  };
}
