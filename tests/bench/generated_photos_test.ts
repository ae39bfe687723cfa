import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeImage } from "../../lib/image/decode.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { Listener } from "./bench_support.ts";
import { writePhotos } from "./generated_photos.ts";

testInFolder("writePhotos() writes photos in both formats that show the same", async (folder) => {
  await writePhotos(folder, { count: 9, reporter: new Listener() });
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) =>
    `0000${i}.${i % 4 === 3 ? "png" : "jpg"}`
  );
  assert.deepEqual(names, expected);
  for (const name of ["00002.jpg", "00003.png"]) {
    const photo = await decodeImage(await Deno.readFile(join(folder, name)), { name });
    assert.deepEqual([photo.width, photo.height], [480, 360]);
    assert(new Set(photo.data).size > 100, "a picture, not a plain colour");
  }
  const [first, ninth] = ["00000.jpg", "00008.jpg"].map((name) =>
    Deno.readFileSync(join(folder, name))
  );
  assert.deepEqual(first, ninth);
});
