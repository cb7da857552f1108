import { escapeText } from './escape.ts';
import type { ModelManifest } from './model-manifest.ts';
import { ecgPaper, type PrintableEcg } from './plot/ecg-paper.ts';

/** All that a report page shows. Nothing else of the record, in particular no header comments, enters the page. */
export interface ReportPage {
  record: PrintableEcg;
  /** In the record's units and lead order. */
  reconstruction?: ArrayLike<number>[];
  codes?: ArrayLike<number>;
  /** Levels of the quantizer, 6 6 6 6 by default. */
  levels?: number[];
  /** Reconstruction error on the z-scored signal. */
  mse?: number;
  answers: PageAnswer[];
  /** The same questions about another ECG, to show that the answers depend on the ECG. */
  control?: { record: string; answers: PageAnswer[] };
  report?: string;
  model: Pick<ModelManifest, 'name' | 'description' | 'training' | 'license'>;
  /** The backend that computed, for instance 'wasm (WebAssembly)'. */
  backend?: string;
  warnings?: string[];
}

export interface PageAnswer {
  question: string;
  text: string;
  /** What the record's labels say, where they are known. */
  label?: string;
}

/** The line that every report carries. */
export const NOT_A_DEVICE = 'Research software, not a medical device: not for diagnosis or treatment.';

/**
 * A report as one self-contained HTML page: no scripts, no external files, prints in scale on A4 landscape.
 *
 * All text is escaped; of the record only its name, rate, length and leads are shown.
 */
export function reportHtml(page: ReportPage): string {
  const { record, model } = page;
  const title = `HeartLLM report: ${record.name}`;
  const plot = ecgPaper(record, { overlay: page.reconstruction, codes: page.codes, levels: page.levels });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeText(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escapeText(title)}</h1>
<p class="notice" role="note">${NOT_A_DEVICE}</p>
</header>
${definitions('Record', recordFacts(page))}
${(page.warnings ?? []).map((warning) => `<p class="warning">${escapeText(warning)}</p>`).join('\n')}
<figure>
${plot}
${figureCaption(page)}
</figure>
${page.report === undefined ? '' : `<section><h2>Report</h2><p class="report">${orEmpty(page.report)}</p></section>`}
${answerTable('Questions and answers', page.answers)}
${page.control ? answerTable(`The same questions about another ECG, ${escapeText(page.control.record)}`, page.control.answers) : ''}
${definitions('Model', modelFacts(page))}
<footer><p>Written by ${escapeText(model.name)}, a language model that reads ECG codes; it can be wrong. ${NOT_A_DEVICE}</p></footer>
</main>
</body>
</html>
`;
}

function recordFacts({ record, codes, mse }: ReportPage): [string, string][] {
  const facts: [string, string][] = [
    ['Record', record.name],
    ['Recording', `${record.leads.length} leads, ${round(record.samples / record.fs)} s, ${round(record.fs)} Hz`],
    ['Leads', record.leads.join(' ')],
  ];
  if (codes) facts.push(['Codes', `${codes.length}, of which ${new Set(Array.from(codes)).size} different`]);
  if (mse !== undefined) facts.push(['Reconstruction', `mean squared error ${mse.toFixed(3)} on the z-scored signal`]);
  return facts;
}

function modelFacts({ model, backend }: ReportPage): [string, string][] {
  const facts: [string, string][] = [
    ['Name', model.name],
    ['What it is', model.description],
    ['How it was trained', model.training],
    ['Licence', model.license],
  ];
  if (backend) facts.push(['Computed on', backend]);
  return facts;
}

function definitions(heading: string, facts: [string, string][]): string {
  const rows = facts.map(([term, text]) => `<div><dt>${escapeText(term)}</dt><dd>${orEmpty(text)}</dd></div>`);
  return `<section><h2>${heading}</h2><dl>${rows.join('')}</dl></section>`;
}

function answerTable(heading: string, answers: PageAnswer[]): string {
  if (!answers.length) return '';
  const labelled = answers.some(({ label }) => label !== undefined);
  const rows = answers.map(({ question, text, label }) => {
    const labelCell = labelled ? `<td class="label">${orEmpty(label ?? '')}</td>` : '';
    return `<tr><th scope="row">${escapeText(question)}</th><td>${orEmpty(text)}</td>${labelCell}</tr>`;
  });
  const columns = ['Question', 'Model', ...(labelled ? ['Cardiologists\u2019 labels'] : [])];
  const head = columns.map((column) => `<th scope="col">${column}</th>`).join('');
  return `<section><h2>${heading}</h2><table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></section>`;
}

function figureCaption({ reconstruction, codes }: ReportPage): string {
  const parts = ['Paper: 25 mm/s, 10 mm/mV.'];
  if (reconstruction) parts.push('Black is what was recorded, blue what the codes give back.');
  if (codes) parts.push('Each cell of the strip is one code of 32 ms; point at it for its number.');
  return `<figcaption>${parts.join(' ')}</figcaption>`;
}

const orEmpty = (text: string) => escapeText(text.trim()) || '<span class="empty">(empty)</span>';
const round = (value: number) => Math.round(value * 100) / 100;

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
