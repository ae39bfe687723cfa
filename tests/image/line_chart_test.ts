import assert from "node:assert/strict";
import { decodeImage } from "../../lib/image/decode.ts";
import { lineChart, lineChartSvg } from "../../lib/image/line_chart.ts";
import { testWith } from "../support/permissions.ts";

const falling = { name: "falling", points: points((x) => 1 / (x + 1)) };
const rising = { name: "rising", points: points((x) => x / 20) };
const chart = { title: "Loss & score", xTitle: "epoch", yTitle: "value <unitless>" };

testWith(
  ["read"],
  "lineChart() writes its titles and marks, and draws the PNG at twice the size",
  async () => {
    const marks = [{ x: 5, label: "everything trained" }, { x: 19, label: "the end" }];
    const { svg, png } = await lineChart({ ...chart, series: [falling], marks });
    for (
      const text of ["Loss &amp; score", "epoch", "value &lt;unitless&gt;", "everything trained"]
    ) {
      assert.ok(svg.includes(`>${text}</text>`), text);
    }
    const [, width, height] = /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg)!.map(Number);
    const image = await decodeImage(png);
    assert.deepEqual([image.width, image.height], [2 * width, 2 * height]);
  },
);

testWith(
  ["read"],
  "lineChart() draws a legend only where there is something to tell apart",
  async () => {
    const alone = await lineChart({ ...chart, series: [falling] });
    const together = await lineChart({ ...chart, series: [falling, rising] });
    assert.ok(!alone.svg.includes(">falling</text>"));
    for (const name of ["falling", "rising"]) assert.ok(together.svg.includes(`>${name}</text>`));
  },
);

testWith(
  ["read"],
  "lineChart() draws each series in its own colour, within the picture",
  async () => {
    const { png } = await lineChart({ ...chart, series: [falling, rising] });
    const { width, height, data } = await decodeImage(png);
    const blue = countPixels(data, [0x00, 0x72, 0xb2]);
    const vermilion = countPixels(data, [0xd5, 0x5e, 0x00]);
    assert.ok(blue > 500 && vermilion > 500, `${blue} and ${vermilion} pixels`);
    for (let x = 0; x < width; x++) {
      for (const y of [0, height - 1]) {
        assert.deepEqual([...data.slice((y * width + x) * 3, (y * width + x) * 3 + 3)], WHITE);
      }
    }
  },
);

testWith(
  ["read"],
  "lineChart() puts equal steps of a power at equal heights on a log scale",
  async () => {
    const series = [{ name: "powers", points: [1, 10, 100, 1000].map((y, x) => ({ x, y })) }];
    const { svg } = await lineChart({ ...chart, series, yScale: "log" });
    const [, path] = /aria-roledescription="line mark"[^>]* d="([^"]+)"/.exec(svg)!;
    const heights = path.slice(1).split("L").map((point) => Number(point.split(",")[1]));
    const steps = heights.slice(1).map((height, i) => heights[i] - height);
    assert.equal(steps.length, 3);
    for (const step of steps) assert.ok(Math.abs(step - steps[0]) < 0.01);
  },
);

testWith(
  ["read"],
  "lineChart() leaves gaps for what cannot be drawn, and refuses when nothing can",
  async () => {
    const holes = [{ name: "holes", points: points((x) => [1, NaN, -1, Infinity][x % 4]) }];
    assert.doesNotMatch((await lineChart({ ...chart, series: holes })).svg, /NaN|Infinity/);
    assert.doesNotMatch(
      (await lineChart({ ...chart, series: holes, yScale: "log" })).svg,
      /NaN|Infinity/,
    );
    const empty = {
      name: "RangeError",
      message: /^Cannot draw line chart: "Loss & score" has 0 points/,
    };
    const allNaN = [{ name: "none", points: points(() => NaN) }];
    await assert.rejects(lineChart({ ...chart, series: allNaN }), empty);
    await assert.rejects(lineChart({ ...chart, series: [] }), empty);
  },
);

const WHITE = [255, 255, 255];

function points(f: (x: number) => number) {
  return Array.from({ length: 20 }, (_, x) => ({ x, y: f(x) }));
}

function countPixels(data: Uint8Array, colour: number[]): number {
  let count = 0;
  for (let i = 0; i < data.length; i += 3) {
    if (colour.every((value, c) => data[i + c] === value)) count++;
  }
  return count;
}

testWith(["read"], "lineChartSvg() draws intervals as a band or as bars, one a point", async () => {
  const points = [1, 2, 3].map((x) => ({ x, y: x, low: x - 0.5, high: x + 0.5 }));
  const series = [{ name: "curve", points }];
  const band = await lineChartSvg({ ...chart, series }, "page");
  assert.match(band, /mark-area/);
  const bars = await lineChartSvg({ ...chart, series, intervals: "bar" }, "page");
  assert.doesNotMatch(bars, /mark-area/);
  const [, marks] = /mark-rule role-mark layer_0_marks[^>]*>(.*?)<\/g>/s.exec(bars)!;
  assert.equal(marks.match(/<line/g)?.length, 3);
  assert.doesNotMatch(await lineChartSvg({ ...chart, series: [falling] }, "page"), /mark-area/);
});

testWith(
  ["read"],
  "lineChartSvg() writes a level above its rule, levels close together on one line",
  async () => {
    const levels = [{ y: 0.5, label: "mean map" }];
    const svg = await lineChartSvg({ ...chart, series: [rising], levels }, "page");
    assert.ok(svg.includes(">mean map</text>"));
    const near = [...levels, { y: 0.51, label: "Gaussian" }, { y: 0.9, label: "ceiling" }];
    const shared = await lineChartSvg({ ...chart, series: [rising], levels: near }, "page");
    for (const label of ["mean map, Gaussian", "ceiling"]) {
      assert.ok(shared.includes(`>${label}</text>`), label);
    }
    const [, x2] = /mark-rule role-mark layer_1_marks.*?<line[^>]* x2="([^"]+)"/s.exec(svg)!;
    assert.equal(Math.abs(Number(x2)), 320);
  },
);

testWith(["read"], "lineChartSvg() takes a page's colours, a picture black on white", async () => {
  const page = await lineChartSvg({ ...chart, series: [falling] }, "page");
  assert.match(page, /fill="currentColor"/);
  assert.doesNotMatch(page, /<rect[^>]*fill="white"/);
  assert.match(await lineChartSvg({ ...chart, series: [falling] }, "picture"), /fill="white"/);
});

testWith(["read"], "lineChartSvg() dashes only the lines that are to be set back", async () => {
  const series = [falling, { ...rising, dashed: true }];
  const svg = await lineChartSvg({ ...chart, series }, "page");
  assert.equal(svg.match(/<path d="[^"]*"[^>]*stroke-dasharray="5,4"/g)?.length, 1);
  const solid = await lineChartSvg({ ...chart, series: [falling, rising] }, "page");
  assert.doesNotMatch(solid, /stroke-dasharray/);
});

testWith(["read"], "lineChartSvg() keeps to the ends of the axis that it is given", async () => {
  const series = [{ name: "flat", points: [1, 2].map((x) => ({ x, y: 0.977 + x / 1000 })) }];
  const svg = await lineChartSvg({ ...chart, series, yDomain: [0, 1] }, "page");
  for (const label of ["0.0", "1.0"]) assert.ok(svg.includes(`>${label}</text>`), label);
});
