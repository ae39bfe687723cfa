/**
 * Finds the weights in what PyTorch has saved: a training's file holds much else.
 *
 * @module
 */
import { currentTimmKey } from "../key_map.ts";
import { TorchTensor } from "./torch_world.ts";

/** Under which keys training programs keep the weights, in the order in which timm looks for them. */
const wrappers = ["state_dict", "model"];

/** What `DistributedDataParallel` and `torch.compile` put into the keys of what they wrap. */
const wrapping = new Set(["module", "_orig_mod"]);

/**
 * Takes the tensors out of a saved value, under the keys that timm uses now.
 *
 * @throws {SyntaxError} When there are none; the message is for the caller to put beside the file's name.
 */
export function stateDictIn(saved: unknown): Map<string, TorchTensor> {
  const wrapped = wrappers.map((key) => saved instanceof Map ? saved.get(key) : undefined);
  const found = wrapped.find((value) => value instanceof Map) ?? saved;
  const tensors = new Map<string, TorchTensor>();
  for (const [key, value] of found instanceof Map ? found : []) {
    if (typeof key !== "string" || !(value instanceof TorchTensor)) continue;
    const name = key.split(".").filter((part) => !wrapping.has(part)).join(".");
    tensors.set(currentTimmKey(name), value);
  }
  if (tensors.size > 0) return tensors;
  throw new SyntaxError("it holds no tensors, expected a state dict, or one under `model`");
}
