import { escapeText } from '@heartllm/ecg-plot';

/** The line that every page carries. */
export const NOT_A_DEVICE = 'Research software, not a medical device: not for diagnosis or treatment.';

/**
 * A self-contained page: no scripts, no external files.
 *
 * @param body HTML, in which all text is escaped already
 * @param style CSS that this page has beside what all have
 */
export function htmlPage(title: string, body: string, style = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeText(title)}</title>
<style>${STYLE}${style}</style>
</head>
<body>
<main>
<header>
<h1>${escapeText(title)}</h1>
<p class="notice" role="note">${NOT_A_DEVICE}</p>
</header>
${body}
</main>
</body>
</html>
`;
}

/** Terms and what they are, under a heading. */
export function definitions(heading: string, facts: [string, string][]): string {
  const rows = facts.map(([term, text]) => `<div><dt>${escapeText(term)}</dt><dd>${orEmpty(text)}</dd></div>`);
  return `<section><h2>${escapeText(heading)}</h2><dl>${rows.join('')}</dl></section>`;
}

/** A text escaped, or the remark that there is none. */
export function orEmpty(text: string): string {
  return escapeText(text.trim()) || '<span class="empty">(empty)</span>';
}

const STYLE = `
:root { color-scheme: light; font: 16px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; color: #1b1b1f; background: #fff; }
body { margin: 0; }
main { max-width: 1120px; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; border-bottom: 1px solid #ddd; padding-bottom: .2rem; }
.notice { margin: 0; padding: .4rem .8rem; border-left: 4px solid #b3261e; background: #fdf1f0; font-weight: 600; }
.warning { margin: .5rem 0; padding: .4rem .8rem; border-left: 4px solid #b58900; background: #fdf8e7; }
dl { margin: 0; display: grid; gap: .2rem; }
dl div { display: grid; grid-template-columns: 11rem 1fr; gap: 1rem; }
dt { color: #55565c; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1.25rem 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figure svg svg { max-width: none; }
figcaption { color: #55565c; font-size: .9rem; margin-top: .4rem; }
.report { white-space: pre-line; overflow-wrap: anywhere; margin: 0; font-size: 1.05rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem .45rem 0; border-bottom: 1px solid #e6e6e9; overflow-wrap: anywhere; }
thead th { color: #55565c; font-weight: 500; }
tbody th { font-weight: 400; }
thead th:first-child { width: 50%; }
td { font-weight: 600; }
td.label { font-weight: 400; }
.empty { color: #85868c; font-weight: 400; }
footer { margin-top: 2rem; color: #55565c; font-size: .9rem; }
@media (max-width: 640px) { dl div { grid-template-columns: 1fr; gap: 0; } }
@page { size: A4 landscape; margin: 10mm; }
@media print {
  :root { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  figure, tr, section { break-inside: avoid; }
  figure svg { max-width: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
