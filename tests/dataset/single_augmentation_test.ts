import assert from "node:assert/strict";
import { sampleAugmentation } from "../../lib/dataset/augmentation.ts";
import { augmentationKinds, sampleSingle } from "../../lib/dataset/single_augmentation.ts";
import { Random } from "../../lib/random/random.ts";

const size = { height: 32, width: 48 };

/** The steps that an augmentation takes. */
function stepsOf(kind: typeof augmentationKinds[number], draw: number): string[] {
  const random = Random.from("single", draw);
  const augmentation = sampleSingle(kind, { random, size });
  return [
    augmentation.flipHorizontal && "horizontalFlip",
    augmentation.flipVertical && "verticalFlip",
    augmentation.rotationDegrees !== 0 && "rotation",
    augmentation.perspective && "perspective",
    augmentation.translate.some((shift) => shift !== 0) && "translation",
    augmentation.colour.order.length > 0 && "colour",
  ].filter((step) => typeof step === "string");
}

Deno.test("sampleSingle() changes a photo in the one way that is asked for", () => {
  for (const kind of augmentationKinds.filter((kind) => kind !== "all")) {
    for (let draw = 0; draw < 20; draw++) assert.deepEqual(stepsOf(kind, draw), [kind]);
  }
});

Deno.test("sampleSingle() of all is what the training draws", () => {
  const [random, same] = [Random.from("all"), Random.from("all")];
  assert.deepEqual(sampleSingle("all", { random, size }), sampleAugmentation(same, size));
});
