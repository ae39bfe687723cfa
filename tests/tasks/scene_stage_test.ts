import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../lib/config/usage_error.ts";
import { sceneStage } from "../../tasks/stages/scene_stage.ts";
import { Terminal } from "../../tasks/terminal/terminal.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const options = {
  teacherModel: "local-dir:nowhere",
  count: 2,
  seed: 0,
  terminal: new Terminal({ quiet: true }),
};

async function assertRefused(folder: string): Promise<void> {
  await assert.rejects(sceneStage(folder, options), (error: Error) => {
    assert(error instanceof UsageError);
    assert.match(error.message, /was not drawn here .*--output-dir/);
    return true;
  });
}

testInFolder("sceneStage() refuses a folder with a user's photos", async (folder) => {
  await Deno.mkdir(join(folder, "images"));
  await Deno.writeTextFile(join(folder, "images", "holiday.jpg"), "mine");
  await assertRefused(folder);
  assert.equal(await Deno.readTextFile(join(folder, "images", "holiday.jpg")), "mine");
});

testInFolder("sceneStage() refuses a folder with maps of other photos", async (folder) => {
  await Deno.mkdir(join(folder, "rollouts"));
  await Deno.writeTextFile(join(folder, "rollouts", "manifest.json"), "{}");
  await assertRefused(folder);
});

testInFolder(
  "sceneStage() draws over its own scenes, an interrupted drawing's too",
  async (folder) => {
    await Deno.mkdir(join(folder, "images"));
    await Deno.writeTextFile(join(folder, "images", "scene-00000.png"), "cut short");
    await assert.rejects(sceneStage(folder, options), /nowhere/); // drawn; only the teacher is missing
    const names = (await Array.fromAsync(Deno.readDir(join(folder, "images")))).map(({ name }) =>
      name
    );
    assert.deepEqual(names.sort(), ["scene-00000.png", "scene-00001.png", "scenes.jsonl"]);
  },
);
