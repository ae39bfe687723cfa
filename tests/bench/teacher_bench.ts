/**
 * The teacher: its attention, the rollout, and both.
 *
 * @module
 */
import { type Bench, describeModelSize } from "./bench.ts";
import { type Row, type Section, type SectionName, throughputRow } from "./result.ts";
import { type Agreement, TeacherSetup } from "./teacher_setup.ts";

/** Measures the teacher's attention, attention and rollout together, and what `precompute` makes of it. */
export async function benchTeacher(bench: Bench): Promise<Section> {
  const { batchSize, repeats } = bench.options;
  return await withTeacher(bench, { name: "teacher", title: "Teacher" }, async (setup) => {
    const rows: Row[] = [];
    for (const measure of ["teacher", "teacher and rollout"] as const) {
      const times = await setup.measure(measure, { title: measure, repeats });
      rows.push(throughputRow(titles[measure], times, batchSize));
    }
    const title = "teacher in workers";
    const { workers, ...times } = await setup.measureWorkers({ title, repeats });
    const name = `pixels to maps as precompute goes, ${workers} ${
      workers === 1 ? "teacher" : "workers"
    }`;
    return [...rows, throughputRow(name, times, batchSize)];
  });
}

const titles = {
  "teacher": "attention of every layer",
  "teacher and rollout": "attention and rollout",
};

/** Measures the rollout of attention whose heads are fused already. */
export async function benchRollout(bench: Bench): Promise<Section> {
  const { batchSize, repeats } = bench.options;
  return await withTeacher(bench, { name: "rollout", title: "Rollout alone" }, async (setup) => {
    const times = await setup.measure("rollout", { title: "rollout", repeats });
    return [throughputRow("fused attention to maps", times, batchSize)];
  });
}

async function withTeacher(
  bench: Bench,
  { name, title }: { name: SectionName; title: string },
  measure: (setup: TeacherSetup) => Promise<Row[]>,
): Promise<Section> {
  const { teacherModel: model, teacherArgs: args, weightsDir, batchSize } = bench.options;
  const setup = await TeacherSetup.open(bench, { model, args, weightsDir, batchSize });
  try {
    return {
      name,
      title: `${title}: ${describeModelSize(setup.description)}, batch ${batchSize}`,
      rows: await measure(setup),
      notes: setup.agreement ? [describeAgreement(setup.agreement)] : [],
    };
  } finally {
    await setup.close();
  }
}

/** Says how near two sides' maps are. */
function describeAgreement({ difference, correlation }: Agreement): string {
  return "Both sides' maps, from the same weights and images, differ by at most " +
    `${difference.toExponential(1)} of their maximum; the lowest correlation is ${
      correlation.toFixed(6)
    }.`;
}
