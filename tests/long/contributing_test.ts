/**
 * The examples of CONTRIBUTING, applied to a copy of the project and run there.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { copyProject } from "../support/project_copy.ts";
import { testWithProgrammes } from "../support/temporary_folder.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** A code block, and where the text says that it goes. */
interface Edit {
  readonly file: string;
  /** Nothing for a new file. */
  readonly place?: { readonly how: string; readonly line: string };
  readonly code: string;
}

/** What a section of CONTRIBUTING says to do. */
interface Section {
  readonly title: string;
  readonly edits: readonly Edit[];
  readonly commands: readonly string[];
}

function readSections(text: string): Section[] {
  return text.split(/^## (?=Add )/m).slice(1).map((section) => {
    const told =
      /In (?:the new file )?(?:`(lib[^`]+)`|the same file)(?:,\s(after|before|in place of)\s`([^`]+)`)?:\n\n```ts\n([^]*?)```/g;
    let file = "";
    const edits = [...section.matchAll(told)].map(([, named, how, line, code]): Edit => {
      file = named ?? file;
      return { file, place: how ? { how, line } : undefined, code };
    });
    const blocks = [...section.matchAll(/^```sh\n([^]*?)```/gm)].map(([, block]) => block);
    const commands = blocks.flatMap((it) => it.replaceAll("\\\n", "").trim().split("\n"));
    assert.equal(edits.length, section.split("```ts").length - 1, "each block says where it goes");
    return { title: section.split("\n")[0], edits, commands };
  });
}

async function apply({ file, place, code }: Edit, folder: string): Promise<void> {
  const path = join(folder, file);
  if (!place) return await Deno.writeTextFile(path, code, { createNew: true });
  const text = await Deno.readTextFile(path);
  const { how, line } = place;
  assert.equal(text.split(`${line}\n`).length, 2, `${file} has this line once: ${line}`);
  const replacement = { after: `${line}\n${code}`, before: `${code}${line}\n` }[how] ?? code;
  await Deno.writeTextFile(path, text.replace(`${line}\n`, () => replacement));
}

async function deno(folder: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: folder,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, `${args.join(" ")}\n${out}${err}`);
  return { out, err };
}

const task = (folder: string, command: string, flags: readonly string[]) =>
  deno(folder, [...command.split(/\s+/).slice(1), ...flags]);

testWithProgrammes(
  "each example of CONTRIBUTING works from the command line to the scores",
  async (folder) => {
    await openBackend("wasm");
    await using pipeline = await configuredPipeline();
    const { flags, run } = pipeline;
    await copyProject(folder, ["lib/", "tasks/", "tests/bench/", "data/configs/", ".github/"]);
    const sections = readSections(await Deno.readTextFile(join(folder, ".github/CONTRIBUTING.md")));
    assert.deepEqual(sections.map(({ title }) => title), [
      "Add a model",
      "Add a strategy",
      "Add a metric",
    ]);
    for (const edit of sections.flatMap(({ edits }) => edits)) await apply(edit, folder);
    await deno(folder, ["check", "tasks/", "mod.ts"]);

    const [model, strategy, metric] = sections.map(({ commands }) => commands);
    const outcome = await task(folder, model[0], [...flags, `--run-dir=${join(run, "model")}`]);
    assert.match(outcome.err + outcome.out, /trained \d+ steps/);

    const [train, compare] = strategy;
    await task(folder, train, [...flags, `--run-dir=${run}`, `--student-model=${pipeline.model}`]);
    const help = (await deno(folder, ["task", "train", "--help"])).out;
    assert.match(help, /--strategy <DOWNSIZE\|MAE\|BLUR>/);
    assert.match(help, /--blur-width <N> .*\(default: 9\)/);

    const [evaluate] = metric;
    const { out } = await task(folder, evaluate, [...flags, `--run-dir=${run}`]);
    assert.match(out, /photos blurred over 5×5 pixels/);
    const [, , cosine] = /^ *(cosine ↑)\nstudent +(\d\.\d{3})±/m.exec(out) ?? assert.fail(out);
    assert.ok(Number(cosine) > 0 && Number(cosine) <= 1);

    const grid = [`--output-dir=${join(run, "grid")}`, `--student-models=${pipeline.model}`];
    await task(folder, compare, [...flags, ...grid]);
    const table = await Deno.readTextFile(join(run, "grid", "compare.md"));
    for (const view of ["BLUR | 3", "BLUR | 9", "MAE | 0.5"]) {
      assert.ok(table.includes(view), table);
    }
    await task(folder, "deno task visualise", [...flags, `--run-dir=${run}`]);
    await task(folder, "deno task export --formats=timm", [...flags, `--run-dir=${run}`]);
    const card = await Deno.readTextFile(join(run, "export", "README.md"));
    assert.match(card, /degrade it as the student saw photos: photos blurred over 5×5 pixels/);
  },
);

/** A tiny cache, and the flags of all tasks on it. */
async function configuredPipeline() {
  const { root, options } = await makeTinyPipeline();
  const { datasetPath, rolloutDir, source: { model } } = options;
  const small = { batchSize: 4, workers: 1, modelWorkers: 1, holdout: 0.5, count: 2 };
  const config = join(root, "config.json");
  const shared = { ...small, datasetPath, rolloutDir, backend: "wasm" };
  await Deno.writeTextFile(config, JSON.stringify(shared));
  return {
    model,
    run: join(root, "run"),
    flags: [`--config=${config}`],
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}
