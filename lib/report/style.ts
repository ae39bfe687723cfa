/**
 * How a report looks: on a phone, in the dark and on paper.
 *
 * @module
 */

/** The style sheet; texts have a contrast of at least 4.5 to their ground, lines of charts of 3. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fcfcfb; --card: #ffffff; --ink: #1c1d1f; --muted: #595e66; --line: #d9dbdf;
  --good: #0b6e4f; --bad: #a8320e; --link: #0a5c94;
  --series-1: #0072b2; --series-2: #c24e00; --series-3: #00805e; --series-4: #b0508c;
  --series-5: #946700; --series-6: #6a51a3; --series-7: #1c1d1f;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #15171a; --card: #1c1f23; --ink: #e8e9eb; --muted: #a9afb7; --line: #363b42;
    --good: #5fd3a5; --bad: #ff9d7a; --link: #7fc4f5;
    --series-1: #56b4e9; --series-2: #f58a42; --series-3: #2fc598; --series-4: #e39ac8;
    --series-5: #e6b33d; --series-6: #b5a4ea; --series-7: #e8e9eb;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.25rem 1rem 4rem; max-width: 68rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { max-width: 44rem; margin: .5rem 0; overflow-wrap: anywhere; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.muted, figcaption, small { color: var(--muted); }
.better { color: var(--good); }
.worse { color: var(--bad); }
.scroll { overflow-x: auto; width: fit-content; max-width: 100%; border: 1px solid var(--line); border-radius: .4rem; background: var(--card); }
.scroll:focus-visible { outline: 2px solid var(--link); }
table { border-collapse: collapse; min-width: min(32rem, 90vw); font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .5rem .7rem; color: var(--muted); }
th, td { padding: .35rem .7rem; text-align: right; vertical-align: top; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--line); }
tbody th, thead th:first-child {
  text-align: left; font-weight: 600; position: sticky; left: 0; background: var(--card);
}
tbody th { white-space: normal; min-width: 8rem; max-width: 12rem; }
td small { display: block; }
.settings th { font-weight: 400; color: var(--muted); max-width: none; }
.settings td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem; }
.charts > * { max-width: 34rem; }
figure { margin: 0; }
figure + .scroll { margin-top: .5rem; }
.charts table { min-width: min(20rem, 80vw); }
.chart svg { display: block; width: 100%; height: auto; }
.chart { padding: .5rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--card); }
.example { margin: 0 0 1.25rem; break-inside: avoid; }
.example p { margin: 0 0 .3rem; }
.pictures { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .6rem; max-width: 52rem; }
.pictures img { display: block; width: 100%; height: auto; border-radius: .25rem; }
.pictures .seen { image-rendering: pixelated; }
figcaption { font-size: .875rem; padding-top: .2rem; }
@media (max-width: 34rem) { th, td, caption { padding: .35rem .5rem; } .pictures { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media print {
  body { max-width: none; padding: 0; }
  nav { display: none; }
  .scroll { overflow: visible; }
  table { font-size: .7rem; }
  th, td { padding: .15rem .3rem; }
  section { break-inside: auto; }
}
`;
