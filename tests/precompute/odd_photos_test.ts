/** A folder as a stranger might leave it: odd names, and things with a photo's name that are no photos. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { runTaskProcess } from "../support/task_process.ts";
import { testWithProgrammes } from "../support/temporary_folder.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** Names that a file may have, each of a whole photo. */
const oddNames = [
  ...["a b.png", " leading.png", "trailing .png", "new\nline.png", "tab\t.png", "bell\x07.png"],
  ...[
    "\x1b[31mred\x1b[0m.png",
    "quote'\".png",
    "back\\slash.png",
    "-dash.png",
    "--help.png",
    "~.png",
  ],
  ...[
    "👩‍🚀.png",
    "e\u0301.png",
    "\u00e9.png",
    "case.png",
    "CASE.png",
    "$HOME;`ls`|&.png",
    "%2e%2e.png",
  ],
  ...[
    "constructor.png",
    "__proto__.png",
    `${"x".repeat(251)}.png`,
    "a.jpg.png",
    "upper.PNG",
    "jpeg.png",
  ],
  ...["\u202egnp.exe.png", "null.png", "*.png", "#?.png", "folder\n/inside.png"],
];

/** What has a photo's name and cannot be decoded, with the reason to be recorded. */
const noPhotos: Record<string, RegExp> = {
  "dangling.png": /out of reach/,
  "loop.png": /out of reach/,
  "pipe.png": /it is a pipe, expected a regular file/,
  "socket.png": /it is a socket, expected a regular file/,
  "device.png": /it is a device, expected a regular file/,
  "empty.png": /is empty, expected a JPEG, PNG or GIF/,
  "text\n.png": /of an unknown kind/,
  "huge.png": /has 50000000000 bytes, expected at most \d+; .* --max-pixels/,
  "webp.jpg": /is a WebP, expected a JPEG, PNG or GIF; convert/,
};

testWithProgrammes(
  "precompute names or maps everything in a folder of odd things",
  async (folder) => {
    const { root } = await makeTinyPipeline({ photos: 2 });
    await using _ = { [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
    using _socket = await fillFolder(
      folder,
      await Deno.readFile(join(root, "images", "scene-00000.png")),
    );
    const rollouts = join(root, "odd");
    const { code, out, err } = await runTaskProcess("precompute", [
      `--teacher-model=local-dir:${join(root, "teacher")}`,
      `--dataset-path=${folder}`,
      `--rollout-dir=${rollouts}`,
      "--batch-size=4",
    ]);
    assert.equal(code, 0, err);
    assert.doesNotMatch(out + err, /[^\n\P{Cc}]|\u202e/u); // nothing but line ends steers the terminal
    assert.match(
      err,
      /^warning: 2 pictures in .* of kinds that are not read \(\.heic 1, \.webp 1\)/m,
    );
    assert.match(err, /^warning: 1 of .* not UTF-8/m);

    using cache = await RolloutCache.open(rollouts);
    assert.deepEqual([...cache.paths], [...oddNames, "folder.jpg/a.png"].sort());
    const [first, ...others] = await Promise.all(cache.paths.map((path) => cache.readMap(path)));
    for (const map of others) assert.deepEqual(map, first); // they are copies of one photo
    const { skipped } = cache.manifest;
    assert.deepEqual(skipped.map(({ path }) => path).sort(), Object.keys(noPhotos).sort());
    for (const { path, reason } of skipped) {
      assert.match(reason, noPhotos[path]);
      assert.doesNotMatch(reason, /\p{Cc}/u);
    }
    const lines = (await Deno.readTextFile(join(rollouts, "index.jsonl"))).trimEnd().split("\n");
    assert.equal(lines.length, cache.paths.length);
  },
);

/** Fills a folder; the socket lasts as long as what is returned. */
async function fillFolder(folder: string, photo: Uint8Array): Promise<Disposable> {
  const at = (name: string) => join(folder, name);
  await Deno.mkdir(at("folder\n"));
  await Deno.mkdir(at("folder.jpg"));
  for (const name of [...oddNames, "folder.jpg/a.png"]) await Deno.writeFile(at(name), photo);
  for (const name of ["a.webp", "b.heic", "empty.png"]) {
    await Deno.writeFile(at(name), new Uint8Array());
  }
  await Deno.writeTextFile(at("text\n.png"), "no pixels");
  await Deno.writeTextFile(at("webp.jpg"), "RIFF\0\0\0\0WEBPVP8 ");
  await Deno.symlink("nowhere", at("dangling.png"));
  await Deno.symlink("loop.png", at("loop.png"));
  await Deno.symlink("/dev/zero", at("device.png"));
  using huge = await Deno.create(at("huge.png"));
  await huge.truncate(50e9);
  await new Deno.Command("sh", {
    args: ["-c", "mkfifo pipe.png; touch \"$(printf 'bad\\377.png')\""],
    cwd: folder,
  }).output();
  return Deno.listen({ transport: "unix", path: at("socket.png") });
}
