import { crop, type EcgRecord, printedLead } from '@heartllm/ecg-io';
import { ecgPaper } from '@heartllm/ecg-plot';
import { withoutQuotes } from '@heartllm/source';
import { NOT_A_DEVICE } from 'heartllm';
import { byId, element } from '../dom.ts';
import type { OpenedModel, TokenizedView } from '../engine/protocol.ts';
import type { Answered } from './ask-panel.ts';

/** What is printed. Of the recording its name, rate, length and leads; no header comments, no dates. */
export interface SheetContent {
  record: EcgRecord;
  tokenized: TokenizedView | undefined;
  model: OpenedModel | undefined;
  answers: Answered[];
  report: Answered | undefined;
}

/** Fills the sheet that the print stylesheet shows in the place of the screen: the ECG in scale, answers, report. */
export function fillSheet({ record, tokenized, model, answers, report }: SheetContent): void {
  const sheet = byId('sheet', HTMLElement);
  sheet.replaceChildren(
    element('h1', '', `HeartLLM: ${record.name}`),
    element('p', 'notice', NOT_A_DEVICE),
    paper(record, tokenized, model),
    ...(report ? [section('Report', element('p', '', written(report)))] : []),
    ...(answers.length
      ? [section('Questions and answers', terms(answers.map((one) => [one.question, written(one)])))]
      : []),
    ...(model ? [section('Model', terms(modelFacts(model)))] : []),
    ...(tokenized?.warnings.length
      ? [section('Remarks', element('p', '', withoutQuotes(tokenized.warnings.join(' '))))]
      : []),
  );
}

/** What the model read, on paper in scale; without a model the beginning of the recording. */
function paper(record: EcgRecord, tokenized: TokenizedView | undefined, model: OpenedModel | undefined): Node {
  const start = tokenized?.start ?? 0;
  const shown = crop(record, Math.round(start * record.fs));
  let svg: string;
  try {
    const leads = shown.leads.map(printedLead);
    const codes = tokenized && { codes: tokenized.input.codes, levels: model?.levels };
    svg = ecgPaper({ ...shown, leads }, { ...codes, seconds: shown.samples / shown.fs });
  } catch (error) {
    return element('p', '', (error as Error).message); // a unit that is no voltage
  }
  const drawn = new DOMParser().parseFromString(svg, 'image/svg+xml');
  const figure = element('figure', '', document.importNode(drawn.documentElement, true));
  if (start) figure.append(element('figcaption', '', `From second ${start} of ${record.samples / record.fs} s on.`));
  return figure;
}

function written({ text, told }: Answered): string {
  return `${text || '(empty)'}${told ? ` (${told})` : ''}`;
}

function modelFacts({ manifest, backend }: OpenedModel): [string, string][] {
  return [
    ['Name', manifest.name],
    ['What it is', manifest.description],
    ['How it was trained', manifest.training],
    ['Licence', manifest.license],
    ['Computed on', backend],
  ];
}

function section(heading: string, ...children: Node[]): HTMLElement {
  return element('section', '', element('h2', '', heading), ...children);
}

function terms(pairs: [string, string][]): HTMLElement {
  return element('dl', '', ...pairs.flatMap(([term, text]) => [element('dt', '', term), element('dd', '', text)]));
}
