/**
 * The areas under curves in words.
 *
 * @module
 */
import type { Curves, EvaluationFile } from "../run/evaluation_file.ts";
import { alignTable, describeInterval } from "./text_table.ts";

/**
 * A table of the areas under the curves of glimpses, insertion and deletion, as far as there are any.
 *
 * @returns Lines of plain text, after an empty one; none where there are no curves.
 */
export function describeCurves(
  { glimpses, faithfulness, predictors }: Pick<
    EvaluationFile,
    "glimpses" | "faithfulness" | "predictors"
  >,
): string[] {
  const columns = [
    { title: "glimpses ↑", curves: glimpses },
    { title: "insertion ↑", curves: faithfulness?.insertion },
    { title: "deletion ↓", curves: faithfulness?.deletion },
  ].filter((column): column is { title: string; curves: Curves } => column.curves !== undefined);
  if (columns.length === 0) return [];
  const names = Object.keys(columns[0].curves.byPredictor);
  const titleOf = (wanted: string) =>
    predictors.find(({ name }) => name === wanted)?.title ?? wanted;
  return [
    "",
    ...alignTable([
      ["mean of the curve", ...columns.map(({ title }) => title)],
      ...names.map((name) => [
        titleOf(name),
        ...columns.map(({ curves }) => describeInterval(curves.byPredictor[name].area)),
      ]),
    ]),
    ...columns.map(({ title, curves }) => `${title.slice(0, -2)}: ${describeAxes(curves)}`),
  ];
}

function describeAxes({ xTitle, yTitle, byPredictor }: Curves): string {
  const [{ points }] = Object.values(byPredictor);
  return `${yTitle} over ${xTitle}, ${points[0].x} to ${points.at(-1)!.x}`;
}
