/**
 * The page of `deno task web` in a real browser, on WebAssembly.
 */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { assertClose } from "../support/numeric.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { browserObstacle, openBrowser } from "./chromium.ts";
import type { Page } from "./page.ts";
import { mapInDeno, mapOn, servePage, textOf } from "./page_support.ts";

const students = "data/sample/students";
const scene = "data/sample/images/scene-00003.png";

function testInBrowser(name: string, body: () => Promise<void>): void {
  const title = browserObstacle ? `${name} — skipped: ${browserObstacle}` : name;
  Deno.test({ name: title, ignore: browserObstacle !== undefined, fn: body });
}

/** Compares what the page says of a photo with what Deno says. */
async function assertSameMap(page: Page, photo: string, checkpoint: string): Promise<void> {
  assertClose(await mapOn(page), await mapInDeno(photo, checkpoint), { tolerance: 1e-4 });
}

testInBrowser(
  "the page predicts the map that Deno does, of photos of any size and kind",
  async () => {
    await openBackend("wasm");
    const checkpoint = `${students}/pixelating.safetensors`;
    await using served = await servePage(checkpoint);
    await using browser = await openBrowser();
    const { page } = browser;
    await page.goTo(`${served.address}?photo=examples/scene-00003.png`);
    await assertSameMap(page, scene, checkpoint);
    assert.match(await textOf(page, "about"), /^pixelating\.safetensors; backend wasm \(SIMD/);
    assert.equal(await textOf(page, "view"), "12×12 pixels of 64×64");
    assert.equal(await page.evaluate('document.querySelectorAll("#glimpses li").length'), 5);
    for (const photo of ["cmyk.jpg", "beyond_screen.gif"]) {
      await page.evaluate('document.getElementById("map").removeAttribute("data-values")');
      await page.chooseFile("#file", resolve("tests/fixtures/decode", photo));
      await assertSameMap(page, `tests/fixtures/decode/${photo}`, checkpoint);
    }
    assert.deepEqual(page.failures, []);
  },
);

testInBrowser("the page hides the patches that Deno hides, and fits a phone", async () => {
  await openBackend("wasm");
  const checkpoint = `${students}/masked.safetensors`;
  await using served = await servePage(checkpoint);
  await using browser = await openBrowser();
  const { page } = browser;
  await page.resize(320, 640);
  await page.goTo(`${served.address}?photo=examples/scene-00003.png`);
  await assertSameMap(page, scene, checkpoint);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 320);

  const name = `${"none".repeat(30)}.png`;
  await page.goTo(`${served.address}?photo=examples/${name}`);
  await page.waitFor('document.querySelector("#status.failed")');
  assert.equal(
    await textOf(page, "status"),
    `Cannot fetch examples/${name}: the server says 404`,
  );
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 320, "names break");
});

testInBrowser("the page takes what the browser alone can decode", async () => {
  await openBackend("wasm");
  const checkpoint = `${students}/pixelating.safetensors`;
  await using folder = await temporaryFolder();
  const bitmap = join(folder.path, "scene.bmp");
  await Deno.writeFile(bitmap, bmpOf(await decodeImage(await Deno.readFile(scene))));
  await using served = await servePage(checkpoint);
  await using browser = await openBrowser();
  const { page } = browser;
  await page.goTo(served.address);
  await page.waitFor('document.getElementById("status").textContent === "Ready."');
  await page.chooseFile("#file", bitmap);
  await assertSameMap(page, scene, checkpoint);

  const misnamed = join(folder.path, "misnamed.jpg");
  await Deno.copyFile(bitmap, misnamed);
  await page.evaluate('document.getElementById("map").removeAttribute("data-values")');
  await page.chooseFile("#file", misnamed);
  await assertSameMap(page, scene, checkpoint);
});

testInBrowser(
  "the page shows the last photo of several, none when that is broken, and what fails",
  async () => {
    const checkpoint = `${students}/pixelating.safetensors`;
    await using folder = await temporaryFolder();
    const broken = join(folder.path, "broken.png");
    await Deno.writeFile(broken, (await Deno.readFile(scene)).subarray(0, 2000));
    await using served = await servePage(checkpoint);
    await using browser = await openBrowser();
    const { page } = browser;
    await page.goTo(served.address);
    await page.waitFor('document.querySelectorAll("#examples button").length === 3');
    await page.evaluate(`{
    const [first, , last] = document.querySelectorAll("#examples button");
    const fetchNow = fetch;
    fetch = async (address) => {
      if (address.includes("00003")) await new Promise((resolve) => letGo = resolve);
      return await fetchNow(address);
    };
    first.click();
    last.click();
  }`);
    await page.waitFor('document.getElementById("status").textContent.includes("scene-00030")');
    await page.evaluate("letGo(), new Promise((resolve) => setTimeout(resolve, 500))");
    assert.match(await textOf(page, "status"), /^Looked at scene-00030/);

    await page.chooseFile("#file", broken);
    await page.waitFor('document.querySelector("#status.failed")');
    assert.match(await textOf(page, "status"), /broken\.png is truncated or broken/);
    assert.equal(await page.evaluate('document.getElementById("look").hidden'), true);

    await page.evaluate('setTimeout(() => { throw new Error("Cannot go on: the GPU") })');
    await page.waitFor('document.getElementById("status").textContent === "Cannot go on: the GPU"');
  },
);

/** A Windows bitmap of 24 bits a pixel: rows from the lowest, blue first. */
function bmpOf({ width, height, data }: RgbImage): Uint8Array {
  assert.equal(width % 4, 0, "there are no gaps between rows");
  const headerBytes = 54;
  const file = new Uint8Array(headerBytes + data.length);
  const view = new DataView(file.buffer);
  view.setUint16(0, 0x424d); // "BM"
  const words = [[2, file.length], [10, headerBytes], [14, 40], [18, width], [22, height]];
  for (const [offset, word] of words) view.setUint32(offset, word, true);
  view.setUint16(26, 1, true); // planes
  view.setUint16(28, 24, true); // bits a pixel
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const bgr = data.slice(3 * pixel, 3 * pixel + 3).reverse();
    file.set(bgr, headerBytes + 3 * ((height - 1 - y) * width + x));
  }
  return file;
}
