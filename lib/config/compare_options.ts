/**
 * The options of a comparison: a grid of students, and where it lies.
 *
 * @module
 */
import { z } from "zod";
import { choices, list, text } from "./option.ts";

/** The grid: every student with every view and every schedule. */
export const gridOptions = {
  strategies: choices(["DOWNSIZE", "MAE"], { description: "pixelate photos, hide patches" })
    .default(["DOWNSIZE", "MAE"]),
  factors: list(z.int().min(1), {
    description: "DOWNSIZE only: how many times smaller the photos become",
    placeholder: "N,…",
    expected: "whole numbers of at least 1",
  }).default([2, 5, 8]),
  maskRatios: list(z.number().min(0).lt(1), {
    description: "MAE only: shares of the patches hidden",
    placeholder: "RATIO,…",
    expected: "numbers from 0 up to, but not, 1",
  }).default([0.5, 0.75, 0.9]),
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
    expected: "the path of a folder",
  }).default("data/runs/compare"),
};
