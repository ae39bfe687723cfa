/**
 * The options of a training run and of what is made from it.
 *
 * @module
 */
import { choice, choices, text, texts, toggle, wholeNumber, wholeNumbers } from "./option.ts";

const folder = "the path of a folder";

/** Where a training run lies. */
export const runOptions = {
  name: text({
    description: "name of the run",
    placeholder: "NAME",
    expected: "a name without slashes that does not begin with a dot",
    unset: "from the student and the strategy",
    pattern: /^[^/\\.][^/\\]*$/,
  }).optional(),
  runDir: text({
    description: "folder of the run: checkpoints, metrics, pictures",
    placeholder: "DIR",
    expected: folder,
    unset: "data/runs/<name>",
  }).optional(),
};

/** Which student of a run is looked at. */
export const checkpointOptions = {
  checkpoint: text({
    description: "checkpoint of the student, or a state dict of the original system's (.pt, .pth)",
    placeholder: "FILE",
    expected: "the path of a checkpoint",
    unset: "the newest of the run",
  }).optional(),
};

/** What `verify` looks at besides the cache. */
export const verifyOptions = {
  checkpoints: texts({
    description: "checkpoints to check (default: all of the run)",
    expected: "a list of paths",
  }).default([]),
};

/** What `evaluate` compares with, and where it leaves the scores. */
export const evaluationOptions = {
  withTeacher: toggle({
    description: "load the cache's teacher: its maps of the student's view and of mirrored photos",
  }).default(false),
  faithfulness: toggle({
    description:
      "load the cache's teacher: its class while patches go and come, on up to 32 photos",
  }).default(false),
  equivariance: toggle({
    description:
      "load the cache's teacher: how far its maps of moved photos are from its moved maps",
  }).default(false),
  outputDir: text({
    description: "folder for evaluation.json and evaluation.jsonl, the scores of each photo",
    placeholder: "DIR",
    expected: folder,
    unset: "the run's folder; none for a checkpoint outside a run",
  }).optional(),
};

/** What happens to an earlier result. */
export const overwriteOptions = {
  overwrite: toggle({ description: "replace an earlier result that stands in the way" })
    .default(false),
};

/** The picture that `visualise` makes. */
export const pictureOptions = {
  photos: texts({
    description: "photos to draw (default: some held-out ones)",
    expected: "a list of paths",
  }).default([]),
  count: wholeNumber({ min: 1, description: "photos in the picture", placeholder: "N" })
    .default(8),
  output: text({
    description: "picture to write",
    placeholder: "FILE.png",
    expected: "the path of a PNG file",
    unset: "visualise.png in the run's folder",
  }).optional(),
};

/** Which glimpses are wanted. */
export const glimpseOptions = {
  glimpses: wholeNumber({ min: 1, description: "glimpses of each photo", placeholder: "K" })
    .default(5),
  glimpseSize: wholeNumber({
    min: 1,
    description: "side of a glimpse, in patches",
    placeholder: "N",
  })
    .default(2),
  allowOverlap: toggle({ description: "let glimpses overlap; what is seen twice counts once" })
    .default(false),
  seen: wholeNumbers({
    min: 0,
    description: "patches seen already, counted row by row from 0; they count no more",
    placeholder: "I,J,…",
    unset: "none",
  }).optional(),
};

/** The folder that `demo` fills. */
export const demoOptions = {
  outputDir: text({
    description: "folder for the demo's scenes, maps, run and pictures",
    placeholder: "DIR",
    expected: folder,
  }).default("data/runs/demo"),
};

/** What `sample` makes, and where. */
export const sampleOptions = {
  part: choice(["all", "models", "students"], {
    description: "the teacher and the students' base, the students trained on them, or both",
  }).default("all"),
  outputDir: text({
    description: "folder for the sample",
    placeholder: "DIR",
    expected: folder,
  }).default("data/sample"),
};

/** What `bench` measures, how often, and beside whom. */
export const measuringOptions = {
  only: choices(
    ["teacher", "rollout", "student", "input", "startup", "protocol", "curves", "memory"],
    { description: "what to measure" },
  ).default(["teacher", "rollout", "student", "input", "startup"]),
  repeats: wholeNumber({
    min: 1,
    description: "timed repetitions, after a warm-up; ours and PyTorch's take turns",
    placeholder: "N",
  }).default(5),
  photoCount: wholeNumber({
    min: 1,
    description: "generated photos for input and protocol",
    placeholder: "N",
  }).default(128),
  python: text({
    description: "Python with torch for the comparison",
    placeholder: "PATH",
    expected: "the path or the name of a program",
    unset: "python3 or /usr/bin/python3, whichever imports torch",
  }).optional(),
  peer: text({
    description: "the script that Python runs",
    placeholder: "FILE.py",
    expected: "the path of a script",
    unset: "tests/bench/peer.py",
  }).optional(),
};

/** All of `bench`. */
export const benchOptions = {
  ...measuringOptions,
  output: text({
    description: "page whose sections the results replace; what they do not concern stays",
    placeholder: "FILE.md",
    expected: "the path of a Markdown file",
    unset: "none",
  }).optional(),
};
