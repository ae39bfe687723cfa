/**
 * `deno task web`: a page on which a student says where to look next in a photo.
 *
 * @module
 */
import { webTask } from "../lib/config/web_schema.ts";
import { runTask } from "./terminal/run_task.ts";

await runTask(webTask, async (options, terminal) => {
  const { webStage } = await import("./stages/web_stage.ts");
  return await webStage(options, terminal);
});
