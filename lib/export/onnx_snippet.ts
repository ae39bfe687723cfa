/**
 * How a student that was exported as an ONNX graph is used from Python.
 *
 * @module
 */
import { describeView, seenShareOf } from "../dataset/student_view.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import { numPatchesOf } from "../model/vit_config.ts";
import type { ExportedStudent } from "./exporter.ts";
import { strategyGraphOf } from "./onnx/strategy_graphs.ts";
import { signatureOf, valueNames } from "./onnx/student_signature.ts";

/**
 * Writes a Python program that makes a photo's map in onnxruntime, with Pillow and NumPy. `path/to/this/folder` and
 * `photo.jpg` stand for the user's.
 *
 * @returns `undefined` when the graph takes pixels that neither of them makes of a photo.
 */
export function onnxSnippet(exported: ExportedStudent): string | undefined {
  if (!takesPhotos(exported)) return undefined;
  return [
    "import numpy as np",
    "import onnxruntime",
    "from PIL import Image, ImageOps",
    "",
    'session = onnxruntime.InferenceSession("path/to/this/folder/student.onnx")',
    "",
    'photo = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGB")  # upright, as it was for the student',
    ...preparation(exported.description.view),
    ...pixels(exported),
    ...mask(exported),
    `(rollout,) = session.run(["${valueNames.map}"], inputs)`,
    "rollout = rollout[0] / rollout.max()  # patch by patch, from the top left",
  ].join("\n");
}

/** Whether the graph's image is the prepared photo. */
function takesPhotos({ description, includeDegradation }: ExportedStudent): boolean {
  const { degradation, view, model } = description;
  const isDegraded = strategyGraphOf(degradation).degrade !== undefined ||
    view.imageSize.join() !== model.config.imageSize.join();
  return includeDegradation || !isDegraded;
}

/** timm's evaluation transform up to the crop, as `preprocessImage()`. */
function preparation({ imageSize, cropPct, cropMode, interpolation }: Preprocessing): string[] {
  const [height, width] = imageSize;
  const [tall, wide] = imageSize.map((side) => Math.floor(side / cropPct));
  const resize = (size: string, filter: string) =>
    `photo = photo.resize(${size}, Image.Resampling.${filter.toUpperCase()})`;
  const resized = cropMode === "squash"
    ? [resize(`(${wide}, ${tall})`, interpolation)]
    : wide === tall
    ? [
      "short = min(photo.size)",
      resize(`[${wide} * side // short for side in photo.size]`, interpolation),
    ]
    : [
      `ratio = min(photo.width / ${wide}, photo.height / ${tall})`,
      resize("[round(side / ratio) for side in photo.size]", "bilinear"),
    ];
  return [
    ...resized,
    `left, top = round((photo.width - ${width}) / 2), round((photo.height - ${height}) / 2)`,
    `photo = photo.crop((left, top, left + ${width}, top + ${height}))`,
  ];
}

function pixels({ pixelType, description: { model } }: ExportedStudent): string[] {
  if (pixelType === "uint8") return [`inputs = {"${valueNames.image}": np.asarray(photo)[None]}`];
  const [mean, std] = [model.preprocessing.mean, model.preprocessing.std].map((it) =>
    it.join(", ")
  );
  return [
    `image = (np.asarray(photo) / 255 - [${mean}]) / [${std}]`,
    `inputs = {"${valueNames.image}": image.transpose(2, 0, 1)[None].astype(np.float32)}`,
  ];
}

/** What says which patches a masked student sees. */
function mask({ description, ...options }: ExportedStudent): string[] {
  const names = signatureOf(description, options).inputs.map(({ name }) => name);
  const patches = numPatchesOf(description.model.config);
  if (names.includes(valueNames.noise)) {
    return [
      `noise = np.random.default_rng().random((1, ${patches}), np.float32)`,
      `inputs["${valueNames.noise}"] = noise  # its smallest values choose the ${
        describeView(description)
      } that are seen`,
    ];
  }
  if (!names.includes(valueNames.visible)) return [];
  const visible = Math.round(seenShareOf(description) * patches);
  return [
    `visible = np.random.default_rng().permutation(${patches})[:${visible}]  # the patches that are seen`,
    `inputs["${valueNames.visible}"] = visible[None].astype(np.int64)`,
  ];
}
