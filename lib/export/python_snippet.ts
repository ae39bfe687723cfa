/**
 * How a student that was exported for timm is used from Python: one entry a strategy, and what holds for others.
 *
 * @module
 */
import type { Degradation } from "../config/degradation.ts";
import type { Strategy } from "../config/strategies.ts";
import { describeView, seenShareOf } from "../dataset/student_view.ts";
import type { StudentDescription } from "../model/student_description.ts";
import { numPatchesOf, type VitConfig } from "../model/vit_config.ts";

/** What a user of one strategy's students does. */
interface StrategyUse<D> {
  /** Python that turns the prepared `photo` into `logits`. */
  readonly program: (description: StudentDescription, degradation: D) => string[];
  /** What to know besides. */
  readonly note: string;
}

type UseByStrategy = { readonly [S in Strategy]?: StrategyUse<Degradation & { strategy: S }> };

const uses: UseByStrategy = {
  DOWNSIZE: {
    program: ({ view, model: { config } }, { factor }) => {
      const small = view.imageSize.map((side) => Math.floor(side / factor));
      const isSmall = config.imageSize.join() === small.join();
      return [
        `seen = interpolate(photo, (${small.join(", ")}), mode="bilinear")  # all that it sees`,
        ...isSmall ? [] : [`seen = ${resizing("seen", config)}`],
        "with torch.inference_mode():",
        "    logits = model(seen)",
      ];
    },
    note:
      "The student was trained on photos that had been made small as above, and not antialiased: show it the " +
      "same, or its maps will be worse.",
  },
  MAE: {
    // timm's forward pass, but for the patches that are hidden: only visible tokens enter the blocks
    program: (description) => {
      const { view, model: { config } } = description;
      const patches = numPatchesOf(config);
      const visible = Math.round(seenShareOf(description) * patches);
      const resizes = view.imageSize.join() !== config.imageSize.join();
      return [
        ...resizes ? [`photo = ${resizing("photo", config)}`] : [],
        `visible = torch.randperm(${patches})[:${visible}].sort().values  # the patches that it sees`,
        "with torch.inference_mode():",
        "    tokens = model._pos_embed(model.patch_embed(photo))",
        "    prefix = tokens[:, : model.num_prefix_tokens]",
        "    tokens = torch.cat([prefix, tokens[:, model.num_prefix_tokens + visible]], dim=1)",
        "    logits = model.forward_head(model.norm(model.blocks(model.norm_pre(tokens))))",
      ];
    },
    note:
      "The student was trained with hidden patches left out, as a masked autoencoder is (He et al. 2022, " +
      "arXiv:2111.06377): their tokens get their positions and are then dropped before the first block. " +
      "`model(photo)` alone runs too, but on a whole photo, which the student has never seen.",
  },
};

/** Of strategies without an entry. */
const otherUse: StrategyUse<Degradation> = {
  program: (description) => [
    `seen = photo  # degrade it as the student saw photos: ${describeView(description)}`,
    "with torch.inference_mode():",
    "    logits = model(seen)",
  ],
  note: "The student was trained on degraded photos: show it the same, or its maps will be worse.",
};

/**
 * Writes a Python program that makes a photo's map: prepares the photo as the teacher's was, degrades it as the
 * student saw photos, and shapes the model's logits. `path/to/this/folder` and `photo.jpg` stand for the user's.
 */
export function pythonSnippet(description: StudentDescription): string {
  const { degradation, grid, view } = description;
  const program = useOf(degradation).program(description, degradation);
  const interpolates = program.some((line) => line.includes("interpolate("));
  return [
    "import timm",
    "import torch",
    "from PIL import Image, ImageOps",
    ...interpolates ? ["from torch.nn.functional import interpolate"] : [],
    "",
    'model = timm.create_model("local-dir:path/to/this/folder", pretrained=True).eval()  # or "hf-hub:ORG/NAME"',
    "preparation = timm.data.resolve_model_data_config(model)",
    `preparation["input_size"] = (3, ${view.imageSize.join(", ")})`,
    "prepare = timm.data.create_transform(**preparation)",
    "",
    'photo = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGB")  # upright, as it was for the student',
    "photo = prepare(photo)[None]",
    ...program,
    `rollout = logits.sigmoid().reshape(${grid.join(", ")})  # patch by patch, from the top left`,
    "rollout = rollout / rollout.max()",
  ].join("\n");
}

/** What whoever runs {@linkcode pythonSnippet} should know of what the student has seen. */
export function usageNote({ degradation }: StudentDescription): string {
  return useOf(degradation).note;
}

function useOf({ strategy }: Degradation): StrategyUse<Degradation> {
  return (uses[strategy] ?? otherUse) as StrategyUse<Degradation>;
}

function resizing(images: string, { imageSize }: VitConfig): string {
  return `interpolate(${images}, (${imageSize.join(", ")}), mode="bilinear")`;
}
