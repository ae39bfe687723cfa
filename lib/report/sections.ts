/**
 * What a report says, part by part.
 *
 * @module
 */
import type { EvaluationFile } from "../run/evaluation_file.ts";
import { curvesFigure, lossFigure, spreadFigure } from "./charts.ts";
import { type Html, html } from "./html.ts";
import { formatNumber } from "./numbers.ts";
import type { Section } from "./page.ts";
import type { RunRecord } from "./run_record.ts";
import { differenceTable, intervalTable, scoreTable } from "./score_table.ts";
import { settingsTable } from "./settings_table.ts";
import { defeatsOf, describeStanding, studentOf } from "./standing.ts";

const list = new Intl.ListFormat("en-GB");

/** Sums the evaluation up: what was measured, how the student stands, and where it loses. */
export function describeLead(evaluation: EvaluationFile, measure: string): Html {
  const { photos, trainingPhotos, view, grid, checkpoint, scores, measures } = evaluation;
  const score = scores[studentOf(evaluation).name]?.[measure];
  const title = measures.find(({ name }) => name === measure)?.title ?? measure;
  const defeats = defeatsOf(evaluation).map(({ title, measures }) =>
    `“${title}” (${measures.join(", ")})`
  );
  return html`<p>The student ${checkpoint} sees ${view} and predicts the teacher's map of ${
    grid.join("×")
  }
patches. It was scored on ${photos} held-out photos; ${trainingPhotos} others make up the mean map.</p>
<p>${
    score &&
    html`
      <strong>${title} ${formatNumber(score.mean)}</strong> (95 %: ${formatNumber(
        score.low,
      )} to ${formatNumber(score.high)}).
    `
  }${describeStanding(evaluation, measure)}
${
    defeats.length > 0
      ? `It loses, beyond chance, to ${list.format(defeats)}.`
      : "No baseline beats it beyond chance in any measure."
  }</p>`;
}

/** Describes the parts of a report, those without data left out. */
export async function describeSections(
  record: RunRecord,
  { measure, gallery }: { measure: string; gallery: Html },
): Promise<Section[]> {
  const { evaluation, images } = record;
  const spread = await spreadFigure(images, { evaluation, measure });
  const sections: (Section | undefined)[] = [
    {
      id: "scores",
      title: "Scores",
      body: html`${scoreTable(evaluation)}
${differenceTable(evaluation)}`,
    },
    { id: "spread", title: "Photo by photo", body: html`<div class="charts">${spread}</div>` },
    await describeGlimpses(evaluation),
    await describeFaithfulness(evaluation),
    describeEquivariance(evaluation),
    { id: "gallery", title: "Best, median and worst photos", body: gallery },
    await describeTraining(record),
    describeConfiguration(record),
  ];
  return sections.filter((section) => section !== undefined);
}

async function describeGlimpses(evaluation: EvaluationFile): Promise<Section | undefined> {
  const { glimpses } = evaluation;
  if (!glimpses) return undefined;
  const figure = await curvesFigure(glimpses, {
    title: "Attention covered by glimpses",
    evaluation,
  });
  return {
    id: "glimpses",
    title: "Glimpses",
    body:
      html`<p>How much of the teacher's attention lies within the first glimpses, when each map says
where to look next. Higher is better.</p>
<div class="charts">${figure}</div>`,
  };
}

async function describeFaithfulness(evaluation: EvaluationFile): Promise<Section | undefined> {
  const { faithfulness } = evaluation;
  if (!faithfulness) return undefined;
  const { insertion, deletion } = faithfulness;
  const figures = [
    await curvesFigure(insertion, { title: "Insertion (a greater area is better)", evaluation }),
    await curvesFigure(deletion, { title: "Deletion (a smaller area is better)", evaluation }),
  ];
  return {
    id: "faithfulness",
    title: "Faithfulness",
    body:
      html`<p>The teacher's probability of its own class while patches are restored, or removed, in the
order of each map.</p>
<div class="charts">${figures}</div>`,
  };
}

function describeEquivariance({ equivariance }: EvaluationFile): Section | undefined {
  if (!equivariance) return undefined;
  const rows = Object.entries(equivariance).map(([name, interval]) =>
    [inWords(name), interval] as const
  );
  const table = intervalTable(rows, {
    caption: "The teacher's map of the moved photo against its moved map, with intervals of 95 %",
    nameTitle: "Augmentation",
    valueTitle: "CC",
  });
  return {
    id: "equivariance",
    title: "Equivariance of the teacher",
    body:
      html`<p>Joint augmentation moves the teacher's map along with the photo; this is how far the
teacher agrees.</p>
${table}`,
  };
}

async function describeTraining({ steps }: RunRecord): Promise<Section | undefined> {
  if (steps.length === 0) return undefined;
  const body = html`<div class="charts">${await lossFigure(steps)}</div>`;
  return { id: "training", title: "Training", body };
}

function describeConfiguration({ config, evaluation }: RunRecord): Section {
  const { checkpoint, datasetPath, rolloutDir, photos, trainingPhotos, holdout, seed } = evaluation;
  const scored = { checkpoint, datasetPath, rolloutDir, photos, trainingPhotos, holdout, seed };
  return {
    id: "configuration",
    title: "Configuration",
    body: html`${config && settingsTable(config, { caption: "Training (config.json)" })}
<br>
${settingsTable(scored, { caption: "Evaluation (evaluation.json)" })}`,
  };
}

/** `horizontalFlip` as a reader writes it. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
