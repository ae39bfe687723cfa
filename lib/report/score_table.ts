/**
 * The scores as tables: means with intervals, and differences.
 *
 * @module
 */
import type { EvaluationFile, Interval } from "../run/evaluation_file.ts";
import { Html, html, type HtmlValue } from "./html.ts";
import { formatNumber } from "./numbers.ts";
import { scrollable } from "./page.ts";
import { type Standing, standingOf } from "./standing.ts";

/** A predictor's mark says how it stands to the student: the other way round. */
const MARKS: Readonly<Record<Standing, HtmlValue>> = {
  better: new Html(` <span class="worse" title="worse than the student">▼</span>`),
  worse: new Html(` <span class="better" title="better than the student">▲</span>`),
  open: undefined,
};

/** Writes the table of all scores: a row a predictor, a column a measure. */
export function scoreTable(evaluation: EvaluationFile): Html {
  const { predictors, measures, scores, photos } = evaluation;
  const cell = (predictor: string, measure: string) => {
    const score = scores[predictor]?.[measure];
    if (!score) return html`<td>–</td>`;
    const standing = standingOf(evaluation, { predictor, measure });
    return html`<td>${formatNumber(score.mean)}${standing && MARKS[standing]}${range(score)}</td>`;
  };
  const table = html`
    <table>
      <thead>
        <tr><th scope="col">Map</th>${measures.map(({ title, better }) =>
          html`<th scope="col">${title} ${better === "higher" ? "↑" : "↓"}</th>`
        )}</tr>
      </thead>
      <tbody>${predictors.map(({ name, title, kind }) =>
        html`
          <tr><th scope="row">${title}${kind === "ceiling"
            ? html`<br><small>ceiling</small>`
            : undefined}</th>${measures.map((measure) => cell(name, measure.name))}</tr>
        `
      )}</tbody>
    </table>
  `;
  return html`
    <p
      class="muted">Means over ${photos} photos, below each its bootstrap interval of 95 %; ↑ higher is better, ↓ lower is. Beyond chance (p &lt; 0.05, photo by photo; not
    corrected for the number of comparisons) <span class="better">▲</span> beats the student and
    <span class="worse">▼</span> is beaten by it; no mark: chance may explain the difference.</p>
    ${scrollable(table, { label: "Scores" })}
  `;
}

/** Writes the table of differences, student minus predictor, with p-values. */
export function differenceTable({ predictors, measures, differences }: EvaluationFile): Html {
  const compared = predictors.filter(({ name }) => differences[name]);
  const cell = (predictor: string, measure: string) => {
    const difference = differences[predictor][measure];
    if (!difference) return html`<td>–</td>`;
    const { mean, pValue } = difference;
    return html`<td>${formatNumber(mean, { signed: true })}${range(difference)}<small>${
      formatProbability(pValue)
    }</small></td>`;
  };
  const table = html`
    <table>
      <thead>
        <tr><th scope="col">Against</th>${measures.map(({ title }) =>
          html`<th scope="col">${title}</th>`
        )}</tr>
      </thead>
      <tbody>${compared.map(({ name, title }) =>
        html`
          <tr><th scope="row">${title}</th>${measures.map((it) => cell(name, it.name))}</tr>
        `
      )}</tbody>
    </table>
  `;
  return html`<details><summary>Differences in numbers</summary>
<p class="muted">Student minus predictor, its interval of 95 %, and how likely chance alone is that far from 0.</p>
${scrollable(table, { label: "Differences" })}</details>`;
}

/** Writes a table of names and intervals. */
export function intervalTable(
  rows: readonly (readonly [name: string, interval: Interval])[],
  { caption, nameTitle, valueTitle }: { caption: string; nameTitle: string; valueTitle: string },
): Html {
  const table = html`
    <table>
      <caption>${caption}</caption>
      <thead>
        <tr>
          <th scope="col">${nameTitle}</th>
          <th scope="col">${valueTitle}</th>
        </tr>
      </thead>
      <tbody>${rows.map(([name, interval]) =>
        html`
          <tr>
            <th scope="row">${name}</th>
            <td>${formatNumber(interval.mean)}${range(interval)}</td>
          </tr>
        `
      )}</tbody>
    </table>
  `;
  return scrollable(table, { label: caption });
}

function range({ low, high }: Interval): Html {
  return html`<small>${formatNumber(low)} to ${formatNumber(high)}</small>`;
}

function formatProbability(pValue: number): string {
  return pValue < 0.001 ? "p < 0.001" : `p = ${pValue.toFixed(3)}`;
}
