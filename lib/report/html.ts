/**
 * HTML from templates, in which whatever is not HTML already is escaped.
 *
 * @module
 */

/** A piece of HTML. */
export class Html {
  /** The markup. */
  readonly text: string;

  /** Takes markup as it is: only for what this program wrote itself. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template may hold: text is escaped, lists are joined, nothing leaves nothing. */
export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Fills a template: ``html`<p>${text}</p>` ``; attribute values stand in quotes. */
export function html(markup: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    markup.map((part, place) => part + (place < values.length ? write(values[place]) : "")).join(
      "",
    ),
  );
}

function write(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(write).join("");
  return String(value).replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter]);
}
