/**
 * How a student that was exported for timm is used from Python.
 *
 * @module
 */
import { seenShareOf } from "../dataset/student_view.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { numPatchesOf, type VitConfig } from "../model/vit_config.ts";

/** What stands for the folder of the export in {@linkcode pythonSnippet}. */
export const SNIPPET_FOLDER = "path/to/this/folder";

/** What stands for a photo in {@linkcode pythonSnippet}. */
export const SNIPPET_PHOTO = "photo.jpg";

/**
 * Writes a Python program that makes a photo's map: prepares the photo as the teacher's was, degrades it as the
 * student saw photos, and shapes the model's logits.
 */
export function pythonSnippet(description: StudentDescription): string {
  const { degradation, grid, view } = description;
  const masks = degradation.strategy === "MAE";
  return [
    "import timm",
    "import torch",
    "from PIL import Image",
    ...masks && !resizes(description) ? [] : ["from torch.nn.functional import interpolate"],
    "",
    `model = timm.create_model("local-dir:${SNIPPET_FOLDER}", pretrained=True).eval()  # or "hf-hub:ORG/NAME"`,
    "preparation = timm.data.resolve_model_data_config(model)",
    `preparation["input_size"] = (3, ${view.imageSize.join(", ")})`,
    "prepare = timm.data.create_transform(**preparation)",
    "",
    `photo = prepare(Image.open("${SNIPPET_PHOTO}").convert("RGB"))[None]`,
    ...masks ? masking(description) : pixelation(description, degradation.factor),
    `rollout = logits.sigmoid().reshape(${grid.join(", ")})  # patch by patch, from the top left`,
    "rollout = rollout / rollout.max()",
  ].join("\n");
}

function pixelation({ view, model: { config } }: StudentDescription, factor: number): string[] {
  const small = view.imageSize.map((side) => Math.floor(side / factor));
  const isSmall = config.imageSize.join() === small.join();
  return [
    `seen = interpolate(photo, (${small.join(", ")}), mode="bilinear")  # all that it sees`,
    ...isSmall ? [] : [`seen = ${resizing("seen", config)}`],
    "with torch.inference_mode():",
    "    logits = model(seen)",
  ];
}

/** timm's forward pass, but for the patches that are hidden: only visible tokens enter the blocks. */
function masking(description: StudentDescription): string[] {
  const { config } = description.model;
  const patches = numPatchesOf(config);
  const visible = Math.round(seenShareOf(description) * patches);
  return [
    ...resizes(description) ? [`photo = ${resizing("photo", config)}`] : [],
    `visible = torch.randperm(${patches})[:${visible}].sort().values  # the patches that it sees`,
    "with torch.inference_mode():",
    "    tokens = model._pos_embed(model.patch_embed(photo))",
    "    prefix = tokens[:, : model.num_prefix_tokens]",
    "    tokens = torch.cat([prefix, tokens[:, model.num_prefix_tokens + visible]], dim=1)",
    "    logits = model.forward_head(model.norm(model.blocks(model.norm_pre(tokens))))",
  ];
}

function resizing(images: string, { imageSize }: VitConfig): string {
  return `interpolate(${images}, (${imageSize.join(", ")}), mode="bilinear")`;
}

/** Whether the student's own image size is another than that of the prepared photo. */
function resizes({ view, model: { config } }: StudentDescription): boolean {
  return view.imageSize.join() !== config.imageSize.join();
}
