/**
 * The options of a training.
 *
 * @module
 */
import { z } from "zod";
import { choice, number, toggle, wholeNumber } from "./option.ts";

/** How the student is trained. */
export const trainingOptions = {
  linearLayerEpochs: wholeNumber({
    min: 0,
    description: "epochs of phase 1: the base frozen, the projection trained at --lr",
    placeholder: "N",
  }).default(1),
  ftEpochs: wholeNumber({
    min: 0,
    description: "epochs of phase 2: everything trained at a tenth of --lr",
    placeholder: "N",
  }).default(1),
  lr: number(z.number().positive(), {
    description: "learning rate of Adam",
    placeholder: "RATE",
    expected: "a number above 0",
  }).default(1e-3),
  augment: toggle({ description: "flip, turn, warp, move and recolour the training photos" })
    .default(true),
  targets: choice(["joint", "views"], {
    description:
      "what is learnt: maps moved with the photos, or the teacher's maps of views that precompute cached",
  }).default("joint"),
  pixelCacheMb: wholeNumber({
    min: 0,
    description: "memory that decoded photos may fill, in MB",
    placeholder: "MB",
  }).default(2048),
  allowMaeDownsize: toggle({ description: "let an MAE-pretrained student train with DOWNSIZE" })
    .default(false),
  saveEvery: number(z.number().min(0), {
    description: "minutes of work between two saves, besides those after each epoch",
    placeholder: "MINUTES",
    expected: "a number of at least 0",
  }).default(10),
  resume: toggle({ description: "go on from the newest checkpoint of the run" }).default(false),
};
