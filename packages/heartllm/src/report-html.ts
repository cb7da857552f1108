import { ecgPaper, escapeText, type PrintableEcg } from '@heartllm/ecg-plot';
import { answerTable, type PageAnswer } from './answer-table.ts';
import { definitions, htmlPage, NOT_A_DEVICE, orEmpty } from './html-page.ts';
import type { ModelManifest } from './model-manifest.ts';
import { type PageWhy, whySection } from './why/section.ts';

/** All that a report page shows. Nothing else of the record, in particular no header comments, enters the page. */
export interface ReportPage {
  /** Drawn on ECG paper; its name is in the page's title. */
  record: PrintableEcg;
  /** [leads][samples], in the record's units and lead order. */
  reconstruction?: ArrayLike<number>[];
  /** ECG codes from the start of the record, one per 32 ms: drawn under the ECG. */
  codes?: ArrayLike<number>;
  /** Levels of the quantizer, 6 6 6 6 by default. */
  levels?: number[];
  /** Reconstruction error on the z-scored signal. */
  mse?: number;
  /** In the order in which they are shown; no section where there is none. */
  answers: PageAnswer[];
  /** The same questions about another ECG, to show that the answers depend on the ECG. */
  control?: {
    /** The other ECG's name. */
    record: string;
    /** What the model says about it. */
    answers: PageAnswer[];
  };
  /** The model's report; line breaks are kept. Absent: no section. */
  report?: string;
  /** Why the model wrote what it wrote. */
  why?: PageWhy[];
  /** What the page says about the model, from its manifest. */
  model: Pick<ModelManifest, 'name' | 'description' | 'training' | 'license'>;
  /** The backend that computed, for instance 'wasm (WebAssembly)'. */
  backend?: string;
  /** What was changed in the record, one line each, shown above the ECG. */
  warnings?: string[];
}

/**
 * A report as one self-contained HTML page: no scripts, no external files, prints in scale on A4 landscape.
 *
 * All text is escaped; of the record only its name, rate, length and leads are shown.
 *
 * @returns HTML, with a content-security policy that lets nothing be loaded
 * @throws RangeError as {@link ecgPaper}
 */
export function reportHtml(page: ReportPage): string {
  const { record, model } = page;
  const title = `HeartLLM report: ${record.name}`;
  const plot = ecgPaper(record, { overlay: page.reconstruction, codes: page.codes, levels: page.levels });
  return htmlPage(
    title,
    `${definitions('Record', recordFacts(page))}
${(page.warnings ?? []).map((warning) => `<p class="warning">${escapeText(warning)}</p>`).join('\n')}
<figure>
${plot}
${figureCaption(page)}
</figure>
${page.report === undefined ? '' : `<section><h2>Report</h2><p class="report">${orEmpty(page.report)}</p></section>`}
${answerTable('Questions and answers', page.answers)}
${page.control ? answerTable(`The same questions about another ECG, ${page.control.record}`, page.control.answers) : ''}
${(page.why ?? []).map((why) => whySection(record, why)).join('\n')}
${definitions('Model', modelFacts(page))}
<footer><p>Written by ${escapeText(model.name)}, a language model that reads ECG codes; it can be wrong. ${NOT_A_DEVICE}</p></footer>`,
  );
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

function figureCaption({ reconstruction, codes }: ReportPage): string {
  const parts = ['Paper: 25 mm/s, 10 mm/mV.'];
  if (reconstruction) parts.push('Black is what was recorded, blue what the codes give back.');
  if (codes) parts.push('Each cell of the strip is one code of 32 ms; point at it for its number.');
  return `<figcaption>${parts.join(' ')}</figcaption>`;
}

const round = (value: number) => Math.round(value * 100) / 100;
