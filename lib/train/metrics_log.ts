/**
 * The record of a run: one line of JSON a step, and the curve drawn from it.
 *
 * @module
 */
import { appendToFile } from "../files/append.ts";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { lineChart } from "../image/line_chart.ts";
import { describeLossCurve, readStepMetrics, type StepMetrics } from "../run/step_metrics.ts";
import { requireRun } from "../run/require_run.ts";
import type { RunFolder } from "../run/run_folder.ts";

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
    const record = lastStep === 0 ? [] : await readStepMetrics(run);
    const steps = record.filter(({ step }) => step <= lastStep);
    await writeFileAtomically(run.metricsFile, steps.map(asLine).join(""));
    return new MetricsLog(run, steps);
  }

  /** Records a step; it is on disk after the next {@linkcode MetricsLog.flush}, or some steps later. */
  async add(metrics: StepMetrics): Promise<void> {
    this.#steps.push(metrics);
    this.#unwritten.push(metrics);
    if (this.#unwritten.length === stepsBetweenFlushes) await this.flush();
  }

  /**
   * Writes what was added.
   *
   * @throws {Error} When the run's folder is gone.
   */
  async flush(): Promise<void> {
    await requireRun(this.#run);
    const lines = this.#unwritten.map(asLine).join("");
    this.#unwritten = [];
    if (lines) await appendToFile(this.#run.metricsFile, lines);
  }

  /** Draws the loss of every step to `loss.png`, with a rule where fine-tuning starts. */
  async draw(): Promise<void> {
    if (this.#steps.length === 0) return;
    const { png } = await lineChart(describeLossCurve(this.#steps));
    await writeFileAtomically(this.#run.lossCurveFile, png);
  }
}

function asLine(metrics: StepMetrics): string {
  return JSON.stringify(metrics) + "\n";
}
