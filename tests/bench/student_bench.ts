/**
 * The student: a step of each phase.
 *
 * @module
 */
import type { ModelDescription } from "../../lib/model/model_config_file.ts";
import type { Phase } from "../../lib/run/run_folder.ts";
import { phases } from "../../lib/run/run_folder.ts";
import { type Bench, describeModelSize } from "./bench.ts";
import { type Row, type Section, throughputRow } from "./result.ts";
import { comparedSteps, StudentSetup } from "./student_setup.ts";

const titles: Record<Phase, string> = {
  linear: "base frozen",
  ft: "everything",
};

/** Measures a training step of each phase: on tensors that lie ready, and from pixels as `train` goes. */
export async function benchStudent(bench: Bench): Promise<Section> {
  const { batchSize, repeats } = bench.options;
  const rows: Row[] = [];
  const differences: number[] = [];
  let description: ModelDescription | undefined;
  for (const phase of phases) {
    const setup = await StudentSetup.open(bench, phase);
    try {
      const step = `step, ${titles[phase]}`;
      const fromPixels = `${step}, from pixels as train goes`;
      const times = await setup.measure({ title: step, repeats });
      rows.push(throughputRow(step, times, batchSize));
      const whole = await setup.measureLearner({ title: fromPixels, repeats });
      rows.push(throughputRow(fromPixels, whole, batchSize));
    } finally {
      await setup.close();
    }
    description = setup.description;
    if (setup.lossDifference !== undefined) differences.push(setup.lossDifference);
  }
  return {
    name: "student",
    title: `Student: ${describeModelSize(description!)}, batch ${batchSize}`,
    rows,
    notes: differences.length === 0 ? [] : [
      `The losses of the first ${comparedSteps} steps of each phase, from the same weights and images, ` +
      `differ by at most ${Math.max(...differences).toExponential(1)}.`,
    ],
  };
}
