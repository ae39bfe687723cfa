/**
 * The options that say which networks there are, and what they see and make.
 *
 * @module
 */
import { z } from "zod";
import { DEFAULT_MAX_HEADER_MB, DEFAULT_MAX_TENSOR_MB } from "../files/limits.ts";
import { choice, list, modelArgs, number, text, toggle, wholeNumber } from "./option.ts";

const folder = "the path of a folder";

/** The network that makes the maps. */
export const teacherOptions = {
  teacherModel: text({
    description:
      "timm name or hf-hub:ORG/NAME (each with @REVISION), local-dir:PATH, or a file of weights",
    placeholder: "MODEL",
    expected: "the name or the path of a model",
  }).default("deit3_large_patch16_224.fb_in1k"),
  teacherArgs: modelArgs({
    description: "timm's model_args over the named architecture, e.g. img_size=48x80,patch_size=4",
  }).optional(),
};

/** The network that learns to predict the maps. */
export const studentOptions = {
  studentModel: text({
    description: "base of the student, given like a teacher",
    placeholder: "MODEL",
    expected: "the name or the path of a model",
  }).default("deit_tiny_distilled_patch16_224"),
  studentArgs: modelArgs({
    description: "timm's model_args over the named architecture, e.g. img_size=44,patch_size=4",
  }).optional(),
  studentOutDim: wholeNumber({
    min: 1,
    description: "width of the base model's output; refused when it does not match",
    placeholder: "N",
    unset: "inferred",
  }).optional(),
  fromScratch: toggle({ description: "start the student from random weights" }).default(false),
};

/** Where pretrained weights come from. */
export const weightsOptions = {
  weightsDir: text({
    description: "folder that keeps downloads, laid out as Python's huggingface_hub does",
    placeholder: "DIR",
    expected: folder,
    unset: "HF_HUB_CACHE, or ~/.cache/huggingface/hub",
  }).optional(),
  hubHosts: list(z.string().regex(/^[\w.*-]+(:\d+)?$/), {
    description: "hosts that downloads may come from besides the hub and its own",
    placeholder: "HOST,…",
    expected: "hosts such as cdn.example.org or 127.0.0.1:8080",
    unset: "none",
  }).optional(),
};

/** What files of weights may ask for. */
export const weightLimitOptions = {
  maxHeaderMb: wholeNumber({
    min: 1,
    description: "MB of a safetensors file's header at most; the format allows 100",
    placeholder: "MB",
  }).default(DEFAULT_MAX_HEADER_MB),
  maxTensorMb: wholeNumber({
    min: 1,
    description: "MB of a tensor, or of all of a checkpoint, at most; more is refused unread",
    placeholder: "MB",
  }).default(DEFAULT_MAX_TENSOR_MB),
};

/** How attention becomes a map. */
export const rolloutOptions = {
  rolloutMode: choice(["paper", "vit-explain"], {
    description: "how rows are normalised: as the paper says, or as the widely used code does",
  }).default("paper"),
  headFusion: choice(["mean", "max", "min"], {
    description: "how the attention of a layer's heads is made one",
  }).default("mean"),
  discardRatio: number(z.number().min(0).max(1), {
    description: "share of a layer's smallest attentions that is dropped",
    placeholder: "RATIO",
    expected: "a number between 0 and 1",
  }).default(0.95),
};

/** How exactly the teacher computes. */
export const precisionOptions = {
  half: toggle({
    description: "WebGPU only: round what matrix products multiply to float16; sums stay float32",
  }).default(false),
};
