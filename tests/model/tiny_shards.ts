/**
 * The tiny model's weights in several files.
 *
 * @module
 */
import { serialiseSafetensors } from "../../lib/weights/safetensors.ts";
import { tinyStateDict } from "./tiny_model.ts";

/** The files and their index, by the names that `transformers` gives them. */
export function tinyShards(count: number): Record<string, Uint8Array | string> {
  const files: Record<string, Uint8Array | string> = {};
  const map: Record<string, string> = {};
  const tensors = [...tinyStateDict()];
  for (let shard = 0; shard < count; shard++) {
    const number = (n: number) => String(n).padStart(5, "0");
    const name = `model-${number(shard + 1)}-of-${number(count)}.safetensors`;
    const own = tensors.filter((_, index) => index % count === shard);
    files[name] = serialiseSafetensors(new Map(own));
    for (const [key] of own) map[key] = name;
  }
  const index = { metadata: { total_size: 1 }, weight_map: map };
  return { ...files, "model.safetensors.index.json": JSON.stringify(index) };
}
