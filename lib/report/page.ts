/**
 * The frame of a report: one page that needs nothing but itself.
 *
 * @module
 */
import { Html, html } from "./html.ts";
import { STYLE } from "./style.ts";

/** A part of the page. */
export interface Section {
  /** What links lead to, a word. */
  readonly id: string;
  /** Its heading. */
  readonly title: string;
  /** What is below the heading. */
  readonly body: Html;
}

/** What is on the page. */
export interface Page {
  /** The title of page and window. */
  readonly title: string;
  /** Below the title. */
  readonly lead: Html;
  /** The parts, in order. */
  readonly sections: readonly Section[];
}

/** Pictures come from the page itself and nothing from anywhere else: browsers hold it to that. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Writes a page as an HTML document. */
export function writePage({ title, lead, sections }: Page): string {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="${POLICY}">
        <link rel="icon" href="data:,">
        <title>${title}</title>
        <style>${new Html(STYLE)}</style>
      </head>
      <body>
        <header>
    <h1>${title}</h1>
    ${lead}
    <nav aria-label="Contents"><ul>${sections.map(({ id, title }) =>
      html`<li><a href="#${id}">${title}</a></li>`
    )}</ul></nav>
        </header>
        <main>
    ${sections.map(({ id, title, body }) =>
      html`
        <section id="${id}" aria-labelledby="${id}-title">
        <h2 id="${id}-title">${title}</h2>
        ${body}
        </section>
      `
    )}</main>
      </body>
    </html>
  `.text.trimStart();
}

/** Within HTML an SVG needs no namespaces. */
const NAMESPACES = / xmlns(:xlink)?="[^"]*"/g;

/** Sets a chart with its words for those who do not see it. */
export function chartFigure(svg: string, { description }: { description: string }): Html {
  return html`
    <figure>
      <div class="chart" role="img" aria-label="${description}">${new Html(
        svg.replaceAll(NAMESPACES, ""),
      )}</div>
      <figcaption>${description}</figcaption>
    </figure>
  `;
}

/** Lets a wide table be moved sideways, by keys as well. */
export function scrollable(table: Html, { label }: { label: string }): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`;
}
