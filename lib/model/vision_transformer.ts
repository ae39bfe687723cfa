/**
 * The vision transformer, as timm computes it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { AttentionRequest } from "../backend/kernels/attention.ts";
import { layerNorm } from "../backend/kernels/layer_norm.ts";
import { linear } from "../backend/kernels/linear.ts";
import type {
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  Variable,
} from "../backend/tensors.ts";
import { blockAttention, transformerBlock } from "./block.ts";
import type { ForwardOptions, VitOutputs } from "./forward_pass.ts";
import { patchify, pickPatches } from "./patches.ts";
import { checkVitConfig, gridOf, numEmbeddedPrefixTokensOf, type VitConfig } from "./vit_config.ts";

// Shape letters: B batch, H heads, N patches, V visible patches, T tokens = prefix + N (or V),
// D embedDim.

/** A vision transformer of the DeiT, DeiT-III, augreg, MAE or DINOv2 kind. */
export class VisionTransformer {
  /** The architecture. */
  readonly config: VitConfig;
  /** The weights by name; linear ones are [in, out], the patch embedding [P·P·3, D]. */
  readonly parameters: ReadonlyMap<string, Variable>;

  /** Takes over the parameters: {@linkcode VisionTransformer.dispose} frees them. */
  constructor(config: VitConfig, parameters: ReadonlyMap<string, Variable>) {
    checkVitConfig(config);
    this.config = config;
    this.parameters = parameters;
  }

  /** Rows and columns of the patch grid. */
  get grid(): [gridHeight: number, gridWidth: number] {
    return gridOf(this.config);
  }

  /**
   * Computes tokens and logits, and on request the attention of every layer.
   *
   * @param images float32, [B, height, width, 3], normalised.
   * @throws {TypeError} When the images do not have the model's size.
   */
  forward(
    images: Tensor4D,
    { attentions, visible, tokens: wanted }: ForwardOptions = {},
  ): VitOutputs {
    return tf.tidy(() => {
      const { numHeads, depth, distilled } = this.config;
      const numClassTokens = distilled ? 2 : 1;
      const maps: Tensor[] = [];
      let x = this.#embed(images, visible);
      for (let layer = 0; layer < depth; layer++) {
        const input = x;
        const isLast = layer + 1 === depth;
        const numOutputs = isLast && wanted === "class" ? numClassTokens : undefined;
        const options = { numHeads, attentions, numOutputs };
        const output = transformerBlock(input, this.#block(layer), options);
        x = output.tokens;
        input.dispose();
        if (output.attention) maps.push(output.attention);
      }
      const tokens = layerNorm(x, {
        weight: this.#parameter("norm.weight"),
        bias: this.#parameter("norm.bias"),
      }) as Tensor3D;
      return { tokens, logits: this.#classify(tokens), attentions: maps };
    });
  }

  /**
   * Computes the attention of every layer and nothing that a rollout does not need.
   *
   * @param images float32, [B, height, width, 3], normalised.
   * @returns One a layer, the first layer first: float32 [B, T, T] fused, or [B, H, T, T] for `all`;
   * the caller disposes them.
   * @throws {TypeError} When the images do not have the model's size.
   */
  attentions(images: Tensor4D, request: AttentionRequest): Tensor[] {
    return tf.tidy(() => {
      const { numHeads, depth } = this.config;
      const maps: Tensor[] = [];
      let x = this.#embed(images);
      for (let layer = 0; layer < depth - 1; layer++) {
        const input = x;
        const output = transformerBlock(input, this.#block(layer), {
          numHeads,
          attentions: request,
        });
        x = output.tokens;
        input.dispose();
        maps.push(output.attention!);
      }
      maps.push(blockAttention(x, this.#block(depth - 1), { numHeads, attentions: request }));
      return maps;
    });
  }

  /** Frees the parameters. */
  dispose(): void {
    for (const variable of this.parameters.values()) variable.dispose();
  }

  #parameter(name: string): Variable {
    return this.parameters.get(name)!;
  }

  #block(layer: number) {
    return (name: string) => this.parameters.get(`blocks.${layer}.${name}`);
  }

  #embed(images: Tensor4D, visible?: Tensor2D): Tensor3D {
    return tf.tidy(() => {
      const allPatches = patchify(images, this.config);
      const patches = visible ? pickPatches(allPatches, visible) : allPatches;
      const embedded = linear(patches, {
        weight: this.#parameter("patchEmbed.weight"),
        bias: this.#parameter("patchEmbed.bias"),
      });
      const positioned = embedded.add(this.#patchPositions(visible));
      const prefix = this.#prefixTokens();
      const rows = tf.tile(prefix, [images.shape[0], 1, 1]);
      return tf.concat([rows, positioned], 1) as Tensor3D; // [B, T, D]
    });
  }

  /** CLS, then the distillation token or the registers, with their positions: [1, prefix, D]. */
  #prefixTokens(): Tensor3D {
    const tokens = ["clsToken", "distToken", "regToken"]
      .map((name) => this.parameters.get(name))
      .filter((token) => token !== undefined) as Tensor[];
    const prefix = tf.concat(tokens, 1) as Tensor3D;
    const embedded = numEmbeddedPrefixTokensOf(this.config);
    if (embedded === 0) return prefix;
    const positions = this.#parameter("posEmbed") as unknown as Tensor3D;
    return prefix.add(positions.slice([0, 0, 0], [1, embedded, this.config.embedDim]));
  }

  /** The patches' positions, [1, N, D]; of the visible ones, [B, V, D]. */
  #patchPositions(visible?: Tensor2D): Tensor3D {
    const { embedDim } = this.config;
    const first = numEmbeddedPrefixTokensOf(this.config);
    const posEmbed = this.#parameter("posEmbed") as unknown as Tensor3D;
    const numPatches = posEmbed.shape[1] - first;
    const positions = posEmbed.slice([0, first, 0], [1, numPatches, embedDim]);
    if (!visible) return positions;
    // A product with one-hot rows, not a gather: its gradient is a product too, which every backend has.
    const picks = tf.oneHot(visible.reshape<Tensor1D>([-1]).toInt(), numPatches)
      .toFloat() as Tensor2D;
    const picked = tf.matMul(picks, positions.reshape([numPatches, embedDim]));
    return picked.reshape([...visible.shape, embedDim] as [number, number, number]);
  }

  #classify(tokens: Tensor3D): Tensor2D {
    const logits = this.#head("head", this.#token(tokens, 0));
    if (!this.config.distilled) return logits;
    return logits.add<Tensor2D>(this.#head("headDist", this.#token(tokens, 1))).mul(0.5);
  }

  #head(name: string, token: Tensor2D): Tensor2D {
    if (!this.config.numClasses) return token;
    return linear(token, {
      weight: this.#parameter(`${name}.weight`),
      bias: this.#parameter(`${name}.bias`),
    }) as Tensor2D;
  }

  #token(tokens: Tensor3D, index: number): Tensor2D {
    const [batch, , width] = tokens.shape;
    return tokens.slice([0, index, 0], [batch, 1, width]).reshape([batch, width]);
  }
}
