/**
 * The record of a training, `metrics.jsonl`: one line of JSON a step.
 *
 * @module
 */
import { z } from "zod";
import { parseJson, readJsonText } from "../files/json.ts";
import { ifPresent } from "../files/if_present.ts";
import type { ChartPoint, LineChartOptions } from "../image/line_chart.ts";
import type { Phase, RunFolder } from "./run_folder.ts";

/** What one step gave. */
export interface StepMetrics {
  /** The step in the whole training, from 1. */
  readonly step: number;
  /** What was trained. */
  readonly phase: Phase;
  /** The epoch of the phase, from 1. */
  readonly epoch: number;
  /** Mean binary cross-entropy of the batch before the step. */
  readonly loss: number;
  /** Photos a second since training began or was resumed. */
  readonly imagesPerSecond: number;
}

const stepSchema = z.object({
  step: z.number(),
  phase: z.enum(["linear", "ft"]),
  epoch: z.number(),
  loss: z.number(),
  imagesPerSecond: z.number(),
});

/** How many steps a point of the drawn curve averages over, at most: a batch's loss is noisy. */
const pointsInCurve = 400;

/** Reads a run's record; without one there are no steps. */
export async function readStepMetrics(run: RunFolder): Promise<StepMetrics[]> {
  const text = await ifPresent(readJsonText(run.metricsFile)) ?? "";
  return text.split("\n").flatMap((line) => parseLine(line) ?? []);
}

/** Describes the curve of a training's loss, with a rule where fine-tuning starts. */
export function describeLossCurve(steps: readonly StepMetrics[]): LineChartOptions {
  const firstFt = steps.find(({ phase }) => phase === "ft");
  return {
    title: "Training loss",
    xTitle: "step",
    yTitle: "binary cross-entropy",
    series: [{ name: "loss", points: averaged(steps) }],
    marks: firstFt && firstFt.step > 1 ? [{ x: firstFt.step, label: "fine-tuning" }] : [],
  };
}

/** A crash may have cut the last line short: such a line is left out. */
function parseLine(line: string): StepMetrics | undefined {
  try {
    return line ? parseJson(line, stepSchema) : undefined;
  } catch {
    return undefined;
  }
}

function averaged(steps: readonly StepMetrics[]): ChartPoint[] {
  const size = Math.ceil(steps.length / pointsInCurve);
  const points = [];
  for (let start = 0; start < steps.length; start += size) {
    const part = steps.slice(start, start + size);
    const mean = part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    points.push({ x: part[0].step, y: mean });
  }
  return points;
}
