/**
 * Students small enough to be made anew in every test, of every kind that is exported differently.
 *
 * @module
 */
import type { Degradation } from "../../lib/config/degradation.ts";
import type { ExportedStudent } from "../../lib/export/exporter.ts";
import { describeNamedModel } from "../../lib/model/model_config_file.ts";
import { createStudent, type StudentDescription } from "../../lib/model/student_checkpoint.ts";
import { Random } from "../../lib/random/random.ts";
import { tinyModel } from "../model/tiny_model.ts";

interface Kind {
  readonly model: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly degradation: Degradation;
}

const pixelated: Degradation = { strategy: "DOWNSIZE", factor: 3 };
const masked: Degradation = { strategy: "MAE", maskRatio: 0.5 };

/** Two classifiers, one, none; DeiT-III's LayerScale; registers; a small image; hidden patches, photos resized. */
const kinds = {
  plain: { model: "vit_tiny_patch16_224", args: { num_classes: 5 }, degradation: pixelated },
  distilled: {
    model: "deit_tiny_distilled_patch16_224",
    args: { num_classes: 5 },
    degradation: pixelated,
  },
  deit3: { model: "deit3_small_patch16_224", args: { num_classes: 5 }, degradation: pixelated },
  small: {
    model: "vit_tiny_patch16_224",
    args: { num_classes: 0, img_size: [8, 10], patch_size: 2 },
    degradation: pixelated,
  },
  masked: { model: "vit_base_patch16_224.mae", args: {}, degradation: masked },
  registers: { model: "vit_small_patch14_reg4_dinov2", args: {}, degradation: masked },
  maskedResized: {
    model: "deit_tiny_distilled_patch16_224",
    args: { num_classes: 5, img_size: 16 },
    degradation: masked,
  },
} satisfies Record<string, Kind>;

/** Names of the kinds. */
export type StudentKind = keyof typeof kinds;
/** Every kind. */
export const studentKinds = Object.keys(kinds) as StudentKind[];

/** Makes a student of 2×3 patches; the caller disposes it. */
export function makeStudent(kind: StudentKind): ExportedStudent {
  const { model: name, args, degradation }: Kind = kinds[kind];
  const tiny = { img_size: [24, 32], patch_size: 4, embed_dim: 8, depth: 2, num_heads: 2 };
  const model = describeNamedModel(name, { ...tiny, ...args });
  const description: StudentDescription = {
    model,
    grid: [2, 3],
    degradation,
    view: { ...model.preprocessing, imageSize: [24, 32], cropPct: 0.8, interpolation: "bilinear" },
  };
  const random = Random.from("projection", kind);
  const student = createStudent(tinyModel(model.config), { grid: description.grid, random });
  return {
    ...{ student, description, metadata: {}, name: kind, checkpointPath: `${kind}.safetensors` },
    ...{ formats: ["timm"], includeDegradation: true, pixelType: "float32" },
    [Symbol.dispose]: () => student.dispose(),
  };
}
