/**
 * The page of `deno task web` in a real browser, on WebAssembly.
 */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { assertClose } from "../support/numeric.ts";
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
  await page.resize(390, 844);
  await page.goTo(`${served.address}?photo=examples/scene-00003.png`);
  await assertSameMap(page, scene, checkpoint);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);

  await page.goTo(`${served.address}?photo=examples/none.png`);
  await page.waitFor('document.querySelector("#status.failed")');
  assert.equal(await textOf(page, "status"), "Cannot fetch examples/none.png: the server says 404");
});
