/**
 * How a student that was exported as an ONNX graph is used from Python.
 *
 * @module
 */
import type { Preprocessing } from "../image/preprocess.ts";
import { describeView } from "../dataset/student_view.ts";
import type { ExportedStudent } from "./exporter.ts";
import { signatureOf, valueNames } from "./onnx/student_signature.ts";

/**
 * Writes a Python program that makes a photo's map in onnxruntime, with Pillow and NumPy. `path/to/this/folder` and
 * `photo.jpg` stand for the user's.
 *
 * @returns `undefined` when the graph takes degraded photos, which neither of them makes.
 */
export function onnxSnippet(exported: ExportedStudent): string | undefined {
  const { description, includeDegradation } = exported;
  if (!includeDegradation) return undefined;
  return [
    "import numpy as np",
    "import onnxruntime",
    "from PIL import Image",
    "",
    'session = onnxruntime.InferenceSession("path/to/this/folder/student.onnx")',
    "",
    'photo = Image.open("photo.jpg").convert("RGB")',
    ...preparation(description.view),
    ...pixels(exported),
    ...noise(exported),
    `(rollout,) = session.run(["${valueNames.map}"], inputs)`,
    "rollout = rollout[0] / rollout.max()  # patch by patch, from the top left",
  ].join("\n");
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

/** What a masked student's patches are chosen by. */
function noise({ description, ...options }: ExportedStudent): string[] {
  const input = signatureOf(description, options).inputs
    .find(({ name }) => name === valueNames.noise);
  if (!input) return [];
  const [, numPatches] = input.shape;
  return [
    `noise = np.random.default_rng().random((1, ${numPatches}), np.float32)`,
    `inputs["${valueNames.noise}"] = noise  # its smallest values choose the ${
      describeView(description)
    } that are seen`,
  ];
}
