/**
 * Translates between the keys of timm's state dicts (timm 1.0, `vision_transformer.py` and `deit.py`)
 * and this project's parameter names. timm's spelling appears here and nowhere else.
 *
 * @module
 */

type Pair = readonly [timm: string, ours: string];

/** Parameters that a model has once. */
const modelPairs: readonly Pair[] = [
  ["cls_token", "clsToken"],
  ["dist_token", "distToken"],
  ["reg_token", "regToken"],
  ["pos_embed", "posEmbed"],
  ...weightAndBias("patch_embed.proj", "patchEmbed"),
  ...weightAndBias("norm", "norm"),
  ...weightAndBias("fc_norm", "fcNorm"),
  ...weightAndBias("head", "head"),
  ...weightAndBias("head_dist", "headDist"),
];

/** Parameters that each block has, after `blocks.<index>.`. */
const blockPairs: readonly Pair[] = [
  ...weightAndBias("norm1", "norm1"),
  ...weightAndBias("attn.qkv", "qkv"),
  ...weightAndBias("attn.proj", "proj"),
  ["ls1.gamma", "ls1"],
  ...weightAndBias("norm2", "norm2"),
  ...weightAndBias("mlp.fc1", "fc1"),
  ...weightAndBias("mlp.fc2", "fc2"),
  ["ls2.gamma", "ls2"],
];

const toOurs = { model: new Map(modelPairs), block: new Map(blockPairs) };
const toTimm = { model: reversed(modelPairs), block: reversed(blockPairs) };

/**
 * The key under which timm stores a parameter, e.g. `blocks.3.attn.qkv.weight` for
 * `blocks.3.qkv.weight`.
 *
 * @param name A parameter's name in this project.
 * @returns `undefined` when no model has such a parameter.
 */
export function timmKeyOf(name: string): string | undefined {
  return translate(name, toTimm);
}

/**
 * The name of the parameter that timm stores under a key, e.g. `blocks.3.ls1` for
 * `blocks.3.ls1.gamma`.
 *
 * @returns `undefined` when no model has a parameter of that key.
 */
export function parameterNameOf(timmKey: string): string | undefined {
  return translate(timmKey, toOurs);
}

/**
 * The key that timm uses now for one of a file by its authors: DeiT-III's LayerScale was `gamma_1` (timm's
 * `checkpoint_filter_fn`).
 */
export function currentTimmKey(key: string): string {
  return key.replace(/\.gamma_([12])$/, ".ls$1.gamma");
}

function translate(
  key: string,
  { model, block }: { model: ReadonlyMap<string, string>; block: ReadonlyMap<string, string> },
): string | undefined {
  const [, prefix, rest] = /^(blocks\.(?:0|[1-9]\d*)\.)(.+)$/s.exec(key) ?? [];
  if (prefix === undefined) return model.get(key);
  const translated = block.get(rest);
  return translated && prefix + translated;
}

function weightAndBias(timm: string, ours: string): Pair[] {
  return ["weight", "bias"].map((part) => [`${timm}.${part}`, `${ours}.${part}`]);
}

function reversed(pairs: readonly Pair[]): Map<string, string> {
  return new Map(pairs.map(([timm, ours]) => [ours, timm]));
}
