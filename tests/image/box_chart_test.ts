import assert from "node:assert/strict";
import { boxChartSvg } from "../../lib/image/box_chart.ts";
import { testWith } from "../support/permissions.ts";

const chart = { title: "CC of each photo", valueTitle: "CC" };
const student = { name: "student", values: [1, 2, 3, 4, 100] };
const mean = { name: "mean <map>", values: [2, 2, 3] };

testWith(["read"], "boxChartSvg() names each distribution, in the page's own colours", async () => {
  const svg = await boxChartSvg({ ...chart, distributions: [student, mean] }, "page");
  for (const text of ["CC of each photo", "CC", "student", "mean &lt;map&gt;"]) {
    assert.ok(svg.includes(`>${text}</text>`), text);
  }
  assert.match(svg, /<text[^>]*fill="currentColor"/);
  assert.doesNotMatch(svg, /fill="white"|fill="#fff/);
});

testWith(["read"], "boxChartSvg() draws a value far out as a dot of its own", async () => {
  const dots = async (values: number[]) => {
    const svg = await boxChartSvg({ ...chart, distributions: [{ name: "x", values }] }, "page");
    return /mark-symbol[^>]*>(.*?)<\/g>/s.exec(svg)?.[1].match(/<path/g)?.length ?? 0;
  };
  assert.equal(await dots(student.values), 1);
  assert.equal(await dots([1, 2, 3, 4, 5]), 0);
});

testWith(["read"], "boxChartSvg() leaves out what is not finite, and refuses nothing", async () => {
  const distributions = [{ name: "x", values: [NaN, 1, Infinity] }];
  assert.doesNotMatch(await boxChartSvg({ ...chart, distributions }, "page"), /NaN|Infinity/);
  await assert.rejects(
    boxChartSvg({ ...chart, distributions: [{ name: "x", values: [NaN] }] }, "page"),
    { name: "RangeError", message: /^Cannot draw box chart: "CC of each photo" has 0 values/ },
  );
});
