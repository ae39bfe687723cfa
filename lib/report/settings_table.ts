/**
 * A run's configuration as a table.
 *
 * @module
 */
import { type Html, html } from "./html.ts";

/** Writes settings, nested ones under dotted names, a row each. */
export function settingsTable(
  settings: Readonly<Record<string, unknown>>,
  { caption }: { caption: string },
): Html {
  return html`
    <div class="scroll">
      <table class="settings">
        <caption>${caption}</caption>
        <tbody>${flatten(settings).map(([name, value]) =>
          html`
            <tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr>
          `
        )}</tbody>
      </table>
    </div>
  `;
}

function flatten(settings: object, prefix = ""): [name: string, value: string][] {
  return Object.entries(settings).flatMap(([name, value]): [string, string][] => {
    const isNested = typeof value === "object" && value !== null && !Array.isArray(value);
    if (isNested) return flatten(value, `${prefix}${name}.`);
    return [[prefix + name, typeof value === "string" ? value : JSON.stringify(value)]];
  });
}
