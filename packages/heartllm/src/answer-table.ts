import { escapeText } from '@heartllm/ecg-plot';
import { orEmpty } from './html-page.ts';

/** A question as a page shows it. */
export interface PageAnswer {
  /** As it was asked; escaped by the page. */
  question: string;
  /** What the model says; where it is empty the page says so. */
  text: string;
  /** What the record's labels say, where they are known. */
  label?: string;
}

/** Questions, what the model says and, where they are known, what the labels say; nothing where there is no question. */
export function answerTable(heading: string, answers: PageAnswer[]): string {
  if (!answers.length) return '';
  const labelled = answers.some(({ label }) => label !== undefined);
  const rows = answers.map(({ question, text, label }) => {
    const labelCell = labelled ? `<td class="label">${orEmpty(label ?? '')}</td>` : '';
    return `<tr><th scope="row">${escapeText(question)}</th><td>${orEmpty(text)}</td>${labelCell}</tr>`;
  });
  const columns = ['Question', 'Model', ...(labelled ? ['Cardiologists\u2019 labels'] : [])];
  const head = columns.map((column) => `<th scope="col">${column}</th>`).join('');
  return `<section><h2>${escapeText(heading)}</h2><table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></section>`;
}
