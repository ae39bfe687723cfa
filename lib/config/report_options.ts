/**
 * The options of what tells about runs: reports, and comparisons of a grid of students.
 *
 * @module
 */
import { z } from "zod";
import { viewGridOptions } from "./degradation_options.ts";
import { list, text, wholeNumber } from "./option.ts";

const folder = "the path of a folder";

/** The page that `report` writes. */
export const reportOptions = {
  count: wholeNumber({
    min: 1,
    description: "photos in each group of the gallery: best, median, worst",
    placeholder: "N",
  }).default(4),
  evaluationDir: text({
    description: "folder of evaluation.json: what evaluate was given as --output-dir",
    placeholder: "DIR",
    expected: folder,
    unset: "the run's folder, or a lone checkpoint's",
  }).optional(),
  output: text({
    description: "page to write",
    placeholder: "FILE.html",
    expected: "the path of an HTML file",
    unset: "report.html beside evaluation.json",
  }).optional(),
};

/** The grid: every student with every view and every schedule. */
export const gridOptions = {
  ...viewGridOptions,
  studentModels: list(z.string().min(1), {
    description: "bases of the students, each given like a teacher",
    placeholder: "MODEL,…",
    expected: "names or paths of models",
  }).default(["deit_tiny_distilled_patch16_224"]),
  phases: list(z.string().regex(/^\d+\+\d+$/), {
    description: "epochs of both phases, e.g. 4+16 or 1+1,4+16",
    placeholder: "N+N,…",
    expected: "pairs of epochs such as 4+16",
    unset: "--linear-layer-epochs and --ft-epochs",
  }).optional(),
};

/** Where a comparison lies. */
export const comparisonOptions = {
  outputDir: text({
    description: "folder of the runs, the table and the plot",
    placeholder: "DIR",
    expected: folder,
  }).default("data/runs/compare"),
};
