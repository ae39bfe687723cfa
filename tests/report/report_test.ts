import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeImage } from "../../lib/image/decode.ts";
import { report } from "../../lib/report/report.ts";
import { onCpu, testWithBackend } from "../visualise/visualise_support.ts";
import { evaluatedWorkplace } from "./report_support.ts";

/** Writes a report; between elements there is no space. */
async function pageOf(options: Parameters<typeof report>[0]): Promise<string> {
  return (await report(options)).replaceAll(/\s+/g, " ").replaceAll(/> (?=<)/g, ">");
}

const idsOf = (page: string) => [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);

testWithBackend(
  "report() tells everything that the run has, on a page that needs nothing else",
  async () => {
    await using place = await evaluatedWorkplace();
    const step = (step: number) => (
      { step, phase: step < 3 ? "linear" : "ft", epoch: 1, loss: 1 / step, imagesPerSecond: 1 }
    );
    const record = [1, 2, 3, 4].map((it) => JSON.stringify(step(it)) + "\n").join("");
    await Deno.writeTextFile(join(place.run, "metrics.jsonl"), record);
    await Deno.writeTextFile(
      join(place.run, "config.json"),
      JSON.stringify({ studentModel: "<script>alert(1)</script>", training: { lr: 0.01 } }),
    );
    const progress: unknown[] = [];
    const page = await pageOf({
      ...place.reported,
      count: 1,
      onProgress: (state) => progress.push(state),
    });
    assert.deepEqual(idsOf(page), [
      "scores",
      "spread",
      "glimpses",
      "faithfulness",
      "equivariance",
      "gallery",
      "training",
      "configuration",
    ]);
    assert.deepEqual(progress, [1, 2, 3].map((done) => ({ done, total: 3 })));
    assert.doesNotMatch(page, /<script/);
    assert.ok(page.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert.match(page, /<th scope="row">horizontal flip<\/th><td>0\.800</);
    assert.match(page, /<th scope="row">training\.lr<\/th><td>0\.01<\/td>/);
  },
);

testWithBackend(
  "report() names no address outside the page, and words for each picture",
  async () => {
    await using place = await evaluatedWorkplace();
    const page = await pageOf({ ...place.reported, count: 2 });
    assert.doesNotMatch(page, /\w:\/\/|="\/\/|url\(|@import/);
    for (const [, address] of page.matchAll(/(?:src|href)="([^"]*)"/g)) {
      assert.match(address, /^(#[a-z]+$|data:)/);
    }
    for (const [image] of page.matchAll(/<img[^>]*>/g)) assert.match(image, / alt="[^"]+"/);
    assert.match(page, /^<!doctype html><html lang="en">/);
    assert.match(page, /<meta name="viewport" content="width=device-width, initial-scale=1">/);
    assert.match(page, /@media screen and \(prefers-color-scheme: dark\)/);
  },
  onCpu,
);

testWithBackend("report() shows best, median and worst photos by the evaluation's CC", async () => {
  await using place = await evaluatedWorkplace();
  const page = await pageOf({ ...place.reported, count: 1 });
  const shown = [...page.matchAll(/class="example"><p>(\S+) <span class="muted">(.*?)<\/span>/g)];
  assert.deepEqual(shown.map(([, path, score]) => [path, score]), [
    ["scene-00005.png", "CC 0.500"],
    ["scene-00002.png", "CC 0.200"],
    ["scene-00000.png", "CC 0.000"],
  ]);
  const pictures = [...page.matchAll(/src="data:image\/png;base64,([^"]+)"/g)];
  assert.equal(pictures.length, 12);
  for (const [, base64] of pictures) {
    const { width, height } = await decodeImage(Uint8Array.fromBase64(base64));
    assert.deepEqual([width, height], [64, 64]);
  }
}, onCpu);

testWithBackend("report() leaves out what the run does not have", async () => {
  await using place = await evaluatedWorkplace({
    glimpses: undefined,
    faithfulness: undefined,
    equivariance: undefined,
  });
  const page = await pageOf({ ...place.reported, count: 1 });
  assert.deepEqual(idsOf(page), ["scores", "spread", "gallery", "configuration"]);
}, onCpu);

testWithBackend(
  "report() refuses a run that was not evaluated, or another student's scores",
  async () => {
    const message =
      /^Cannot report: .*evaluation\.json is of another student, read from .*, expected .*epoch1/;
    // one trained in its place since, under the same name
    await using trained = await evaluatedWorkplace({ checkpointSha256: "0".repeat(64) });
    await assert.rejects(report({ ...trained.reported, count: 1 }), { name: "Error", message });
    await using place = await evaluatedWorkplace({ checkpoint: "other.safetensors" });
    const options = { ...place.reported, count: 1 };
    await assert.rejects(report(options), { name: "Error", message });
    await Deno.remove(join(place.run, "evaluation.json"));
    await assert.rejects(report(options), { message: /^Cannot read evaluation: .* is missing/ });
  },
  onCpu,
);

testWithBackend(
  "report() refuses photos that do not match the means, and another cache",
  async () => {
    await using place = await evaluatedWorkplace({ datasetSha256: "f".repeat(64) });
    const options = { ...place.reported, count: 1 };
    await assert.rejects(report(options), {
      name: "Error",
      message: /^Cannot report: the photos of .* expected those of the evaluation, f{64}; /,
    });
    await Deno.writeTextFile(join(place.run, "evaluation.jsonl"), "");
    await assert.rejects(report(options), {
      name: "SyntaxError",
      message: /evaluation\.jsonl has 0 photos, expected the 6 of /,
    });
  },
  onCpu,
);

testWithBackend("report() stops when it is told to", async () => {
  await using place = await evaluatedWorkplace();
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  await assert.rejects(report({ ...place.reported, count: 1, signal: stop.signal, onProgress }), {
    name: "AbortError",
  });
}, onCpu);
