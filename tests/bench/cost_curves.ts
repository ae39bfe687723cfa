/**
 * Teacher and rollout against batch size, tokens and depth.
 *
 * @module
 */
import type { ModelArgs } from "../../lib/model/model_args.ts";
import { numPatchesOf, numPrefixTokensOf } from "../../lib/model/vit_config.ts";
import type { Bench } from "./bench.ts";
import { type Row, type Section, throughputRow } from "./result.ts";
import { TeacherSetup } from "./teacher_setup.ts";

/** One point of a curve. */
interface Point {
  readonly curve: string;
  readonly args: ModelArgs;
  readonly batchSize: number;
}

const batchSizes = [1, 2, 4, 8, 16, 32] as const;
/** Sides of the image: with patches of 16 pixels 50, 145, 197, 325 and 577 tokens. */
const imageSides = [112, 192, 224, 288, 384] as const;
const depths = [3, 6, 12, 24] as const;

/** Measures points on three curves through the teacher that was asked for. */
export async function benchCurves(bench: Bench): Promise<Section> {
  const { options } = bench;
  const rows: Row[] = [];
  for (const point of pointsOf(options)) rows.push(await measurePoint(bench, point));
  return {
    name: "curves",
    title: `Cost curves: ${options.teacherModel} and rollout`,
    rows,
    notes: [`Batch ${options.batchSize} unless the row says another.`],
  };
}

function pointsOf({ batchSize, teacherArgs: args = {} }: Bench["options"]): Point[] {
  return [
    ...batchSizes.map((batchSize) => ({ curve: `batch ${batchSize}`, args, batchSize })),
    ...imageSides.map((side) => ({
      curve: `image ${side}×${side}`,
      args: { ...args, img_size: side },
      batchSize,
    })),
    ...depths.map((depth) => ({ curve: `depth ${depth}`, args: { ...args, depth }, batchSize })),
  ];
}

async function measurePoint(bench: Bench, { curve, args, batchSize }: Point): Promise<Row> {
  const { teacherModel: model, weightsDir, repeats } = bench.options;
  const setup = await TeacherSetup.open(bench, { model, args, weightsDir, batchSize });
  try {
    const { config } = setup.description;
    const tokens = numPrefixTokensOf(config) + numPatchesOf(config);
    const times = await setup.measure("teacher and rollout", { title: curve, repeats });
    return throughputRow(`${curve} (${tokens} tokens)`, times, batchSize);
  } finally {
    await setup.close();
  }
}
