import assert from "node:assert/strict";
import { Html, html } from "../../lib/report/html.ts";

Deno.test("html escapes text, in elements and in attributes", () => {
  const text = `<b title="x">Tom & 'Jerry'</b>`;
  assert.equal(
    html`<p title="${text}">${text}</p>`.text,
    '<p title="&lt;b title=&quot;x&quot;&gt;Tom &amp; &#39;Jerry&#39;&lt;/b&gt;">' +
      "&lt;b title=&quot;x&quot;&gt;Tom &amp; &#39;Jerry&#39;&lt;/b&gt;</p>",
  );
});

Deno.test("html takes HTML as it is, joins lists and leaves nothing out of nothing", () => {
  const items = ["a", "<"].map((item) => html`<li>${item}</li>`);
  assert.equal(html`<ul>${items}</ul>${undefined}${0}`.text, "<ul><li>a</li><li>&lt;</li></ul>0");
  assert.equal(html`${new Html("<br>")}`.text, "<br>");
});
