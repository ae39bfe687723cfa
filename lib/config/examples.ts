/**
 * The examples at the end of each task's `--help`. Those with `data/sample` work right after a checkout.
 *
 * @module
 */

/** A command, and what it is for. */
export interface Example {
  /** In a few words. */
  readonly purpose: string;
  /** The command, in parts that fit a line each. */
  readonly command: readonly string[];
}

const sampleData = "--dataset-path=data/sample/images --rollout-dir=data/sample/rollouts";
const sampleStudent = "--checkpoint=data/sample/students/pixelating.safetensors";

function example(purpose: string, ...command: string[]): Example {
  return { purpose, command };
}

/** Examples by the task's name. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  precompute: [
    example("DeiT-III large over your photos", "deno task precompute --dataset-path=data/images"),
    example(
      "the sample's small teacher over the sample's scenes",
      "deno task precompute --teacher-model=local-dir:data/sample/teacher",
      "--dataset-path=data/sample/images --rollout-dir=data/runs/maps",
    ),
    example(
      "one part of eight, and when all are made, the whole",
      "deno task precompute --shard-index=0 --shard-count=8",
    ),
  ],
  train: [
    example("a student of pixelated photos", "deno task train --strategy=DOWNSIZE --ft-epochs=20"),
    example(
      "one of the original's three students",
      "deno task train --config=data/configs/masked.json",
    ),
    example(
      "a student of the sample's scenes, in seconds",
      "deno task train --student-model=local-dir:data/sample/student-base",
      "--name=try --linear-layer-epochs=4 --ft-epochs=4 --lr=0.01",
      sampleData,
    ),
  ],
  evaluate: [
    example("the newest run's student", "deno task evaluate"),
    example(
      "a student of the sample, beside its teacher",
      `deno task evaluate ${sampleStudent}`,
      sampleData,
      "--holdout=0.75 --with-teacher",
    ),
  ],
  visualise: [
    example("held-out photos of the newest run", "deno task visualise --count=12"),
    example(
      "photos of your own under a student of the sample",
      "deno task visualise data/sample/images/scene-00001.png",
      "--output=data/runs/scene.png",
      sampleStudent,
      sampleData,
    ),
  ],
  report: [
    example("the newest run, after evaluate", "deno task report"),
    example("the demo's run", "deno task report --run-dir=data/runs/demo --count=6"),
  ],
  compare: [
    example(
      "six students: both strategies, three strengths each",
      "deno task compare --factors=2,5,8 --mask-ratios=0.5,0.75,0.9",
    ),
    example(
      "long against short trainings, on the sample's scenes",
      "deno task compare --strategies=DOWNSIZE --factors=5 --phases=1+1,4+16",
      "--student-models=local-dir:data/sample/student-base",
      sampleData,
    ),
  ],
  verify: [
    example("the cache and the newest run", "deno task verify"),
    example(
      "the sample's cache and one of its students",
      "deno task verify data/sample/students/masked.safetensors",
      sampleData,
    ),
  ],
  glimpses: [
    example("where the newest student would look next", "deno task glimpses holiday/*.jpg"),
    example(
      "three glimpses of a scene under a student of the sample, as JSON",
      "deno task glimpses data/sample/images/scene-00001.png --glimpses=3 --json",
      "--output=data/runs/glimpses.png",
      sampleStudent,
      sampleData,
    ),
  ],
  web: [
    example("the newest run's student, else the sample's, in your browser", "deno task web"),
    example(
      "a student of the sample for the phones in this network",
      `deno task web ${sampleStudent}`,
      "--host=0.0.0.0",
    ),
  ],
  export: [
    example("the newest run's student, for timm and the hub", "deno task export"),
    example(
      "a student and the maps of the sample",
      "deno task export --formats=timm,npy --output-dir=data/runs/export",
      sampleStudent,
      "--rollout-dir=data/sample/rollouts",
    ),
    example(
      "an ONNX graph that takes photos as bytes, for onnxruntime",
      "deno task export --formats=onnx --pixel-type=uint8",
    ),
    example(
      "a checkpoint of a state dict of the original system's",
      "deno task export --formats=checkpoint --checkpoint=student.pt",
      "--student-model=deit_tiny_distilled_patch16_224",
      "--strategy=DOWNSIZE --downsampling-factor=5",
    ),
  ],
  demo: [
    example("everything, in half a minute on two cores", "deno task demo"),
    example(
      "with most patches hidden",
      "deno task demo --strategy=MAE --output-dir=data/runs/masked",
    ),
  ],
  sample: [
    example("the students alone", "deno task sample --part=students --output-dir=data/runs/sample"),
  ],
  bench: [
    example("teacher and rollout beside PyTorch", "deno task bench --only=teacher,rollout"),
    example(
      "a larger model on one thread",
      "deno task bench --teacher-model=deit_small_patch16_224",
      "--model-workers=1 --only=teacher",
    ),
  ],
};
