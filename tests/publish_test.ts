/**
 * The package as others would get it.
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { testWith } from "./support/permissions.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const sample = join(root, "data", "sample");

/** Uses what needs more than its own module: workers, compiled kernels, fonts, decoders. */
const program = `
import { explore, openBackend, openTeacher, readPhoto } from "@distill-rollout/distill-rollout";

await openBackend("wasm");
const photo = "${sample}/images/scene-00000.png";
using teacher = await openTeacher({ model: "local-dir:${sample}/teacher" }, { workers: 2 });
const { image } = await readPhoto(photo, teacher);
const { length } = await teacher.maps([image]);
const { png } = await explore({
  checkpointPath: "${sample}/students/masked.safetensors",
  photos: [photo],
  datasetPath: "${sample}/images",
  rolloutDir: "${sample}/rollouts",
});
console.log(length, png.length > 1000);
`;

async function runDeno(args: string[], cwd: string): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd, env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert(success, err);
  return out + err;
}

/** The files that would be published, relative to the project. */
async function publishedFiles(): Promise<string[]> {
  // slow types are looked for all the same; the others `deno check` has checked
  const said = await runDeno(["publish", "--dry-run", "--allow-dirty", "--no-check"], root);
  return [...said.matchAll(/^ +(file:\S+)/gm)].map(([, url]) =>
    fileURLToPath(url).slice(root.length)
  );
}

testWith(
  ["read", "write", "run", "env"],
  "the package is published without tests and data, and works elsewhere",
  async () => {
    const files = await publishedFiles();
    const beside = files.filter((file) => !file.startsWith("lib/"));
    assert.deepEqual(beside.sort(), ["README.md", "deno.json", "mod.ts"]);
    const elsewhere = await Deno.makeTempDir({ prefix: "published-" });
    try {
      for (const file of files) {
        const copy = join(elsewhere, "package", file);
        await Deno.mkdir(dirname(copy), { recursive: true });
        await Deno.copyFile(join(root, file), copy);
      }
      await writeUser(elsewhere);
      assert.match(await runDeno(["run", "-A", "user/main.ts"], elsewhere), /^64 true$/m);
    } finally {
      await Deno.remove(elsewhere, { recursive: true });
    }
  },
);

testWith(
  ["read", "run", "env"],
  "all that an entry of the package speaks of is documented there",
  async () => {
    for (const entry of ["mod.ts", "lib/browser/browser.ts"]) {
      await runDeno([
        "doc",
        "--lint",
        entry,
      ], root);
    }
  },
);

/** A project that imports the package by its name. */
async function writeUser(folder: string): Promise<void> {
  const configs = {
    "deno.json": { workspace: ["./package", "./user"] },
    "user/deno.json": { name: "@some/user", version: "0.0.0", exports: "./main.ts" },
  };
  await Deno.mkdir(join(folder, "user"));
  for (const [file, config] of Object.entries(configs)) {
    await Deno.writeTextFile(join(folder, file), JSON.stringify(config));
  }
  await Deno.writeTextFile(join(folder, "user", "main.ts"), program);
  // the versions of the lock, so that nothing newer is asked for
  await Deno.copyFile(join(root, "deno.lock"), join(folder, "deno.lock"));
}
