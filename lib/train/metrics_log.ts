/**
 * The record of a run: one line of JSON a step, and the curve drawn from it.
 *
 * @module
 */
import { ifPresent } from "../files/if_present.ts";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { type ChartMark, lineChart } from "../image/line_chart.ts";
import type { Phase, RunFolder } from "../run/run_folder.ts";

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

/** How many steps a point of the drawn curve averages over, at most: a batch's loss is noisy. */
const pointsInCurve = 400;

/** So that somebody who follows `metrics.jsonl` sees the training go on. */
const stepsBetweenFlushes = 20;

/** Appends to a run's `metrics.jsonl` and draws its loss curve. */
export class MetricsLog {
  readonly #run: RunFolder;
  readonly #steps: StepMetrics[];
  #unwritten: StepMetrics[] = [];

  private constructor(run: RunFolder, steps: StepMetrics[]) {
    this.#run = run;
    this.#steps = steps;
  }

  /**
   * Opens a run's record, dropping the steps after `lastStep`: a resumed run takes them again. A record
   * that somebody has removed starts anew; the training does not need it.
   */
  static async open(run: RunFolder, lastStep: number): Promise<MetricsLog> {
    const text = lastStep === 0 ? "" : await ifPresent(Deno.readTextFile(run.metricsFile)) ?? "";
    const steps = text.split("\n").flatMap((line): StepMetrics[] => {
      const metrics = parseLine(line);
      return metrics && metrics.step <= lastStep ? [metrics] : [];
    });
    await writeFileAtomically(run.metricsFile, steps.map(asLine).join(""));
    return new MetricsLog(run, steps);
  }

  /** Records a step; it is on disk after the next {@linkcode MetricsLog.flush}, or some steps later. */
  async add(metrics: StepMetrics): Promise<void> {
    this.#steps.push(metrics);
    this.#unwritten.push(metrics);
    if (this.#unwritten.length === stepsBetweenFlushes) await this.flush();
  }

  /** Writes what was added. */
  async flush(): Promise<void> {
    const lines = this.#unwritten.map(asLine).join("");
    this.#unwritten = [];
    if (lines) await Deno.writeTextFile(this.#run.metricsFile, lines, { append: true });
  }

  /** Draws the loss of every step to `loss.png`, with a rule where fine-tuning starts. */
  async draw(): Promise<void> {
    if (this.#steps.length === 0) return;
    const firstFt = this.#steps.find(({ phase }) => phase === "ft");
    const marks: ChartMark[] = firstFt && firstFt.step > 1
      ? [{ x: firstFt.step, label: "fine-tuning" }]
      : [];
    const { png } = await lineChart({
      title: "Training loss",
      xTitle: "step",
      yTitle: "binary cross-entropy",
      series: [{ name: "loss", points: averaged(this.#steps) }],
      marks,
    });
    await writeFileAtomically(this.#run.lossCurveFile, png);
  }
}

function asLine(metrics: StepMetrics): string {
  return JSON.stringify(metrics) + "\n";
}

/** A crash may have cut the last line short: such a line is left out. */
function parseLine(line: string): StepMetrics | undefined {
  try {
    return line ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}

function averaged(steps: readonly StepMetrics[]): { x: number; y: number }[] {
  const size = Math.ceil(steps.length / pointsInCurve);
  const points = [];
  for (let start = 0; start < steps.length; start += size) {
    const part = steps.slice(start, start + size);
    const mean = part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    points.push({ x: part[0].step, y: mean });
  }
  return points;
}
