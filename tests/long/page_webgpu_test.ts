/**
 * The page of `deno task web` on WebGPU, which a software adapter takes long over.
 */
import assert from "node:assert/strict";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { browserObstacle, openBrowser } from "../browser/chromium.ts";
import { mapInDeno, mapOn, servePage, textOf } from "../browser/page_support.ts";
import { assertClose } from "../support/numeric.ts";

const name = "the page predicts the map that Deno does, on WebGPU";

Deno.test({
  name: browserObstacle ? `${name} — skipped: ${browserObstacle}` : name,
  ignore: browserObstacle !== undefined,
  fn: async (test) => {
    await openBackend("wasm");
    const checkpoint = "data/sample/students/pixelating.safetensors";
    await using served = await servePage(checkpoint);
    await using browser = await openBrowser({ gpu: true });
    const { page } = browser;
    await page.goTo(served.address);
    await page.waitFor('document.getElementById("status")?.textContent === "Ready."');
    const hasAdapter = await page.evaluate<boolean>(
      "navigator.gpu?.requestAdapter().then((adapter) => adapter !== null) ?? false",
    );
    const title = hasAdapter ? "of a software adapter" : "skipped: this Chromium has no adapter";
    await test.step({
      name: title,
      ignore: !hasAdapter,
      fn: async () => {
        await page.goTo(`${served.address}?backend=webgpu&photo=examples/scene-00003.png`);
        const expected = await mapInDeno("data/sample/images/scene-00003.png", checkpoint);
        assertClose(await mapOn(page), expected, { tolerance: 1e-4 });
        assert.match(await textOf(page, "about"), /backend webgpu/);
      },
    });
  },
});
