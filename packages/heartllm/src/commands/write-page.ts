import type { BackendInfo } from '@heartllm/backend';
import type { Knowledge } from '@heartllm/constrain';
import { withoutNames } from '@heartllm/ecg-datasets';
import { writeOutput } from '../files/output-file.ts';
import { forPaper } from '../for-paper.ts';
import type { HeartLlm } from '../pipeline.ts';
import { type ReportPage, reportHtml } from '../report-html.ts';
import type { Shell } from '../terminal/terminal.ts';
import { constrainedLine } from './constrain-options.ts';
import { describeBackend } from './options.ts';
import type { ReadEcg } from './read-ecg.ts';

/** What a page is about, and what wrote it. */
interface About {
  model: HeartLlm;
  backend: BackendInfo;
  constrain?: Knowledge | undefined;
  read: ReadEcg;
}

/**
 * Writes a page about a record.
 *
 * @param written what the model wrote
 * @returns why the page cannot be written: what the model wrote is printed all the same
 */
export async function writePage(
  path: string,
  { model, backend, constrain, read }: About,
  written: Partial<ReportPage> & Pick<ReportPage, 'answers'>,
  shell: Shell,
): Promise<Error | undefined> {
  const { codes, warnings } = read.tokenized;
  try {
    const page = reportHtml({
      record: forPaper(read.ecg),
      codes,
      levels: model.tokenizer.config.levels,
      ...written,
      model: model.manifest,
      backend: describeBackend(backend),
      // pages are passed on: what a header holds stays behind
      warnings: [...warnings.map((warning) => withoutNames(warning, read.record)), ...constrainedLine(constrain)],
    });
    await writeOutput(path, page, shell.interrupt);
    return undefined;
  } catch (error) {
    if (shell.interrupt.reasonOf(error)) throw error;
    return error as Error;
  }
}
