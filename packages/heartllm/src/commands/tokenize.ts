import { CODE_FORMAT } from '@heartllm/fsq-tokenizer';
import type { Command } from 'commander';
import { givenOptions } from '../files/file-options.ts';
import type { HeartLlm } from '../pipeline.ts';
import { perform, type Rendered, type Shell, warn, wrap } from '../terminal/terminal.ts';
import { type EachRecord, forEachRecord } from './each-record.ts';
import { openCodec, RECORD, whole } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';
import { type DatasetOptions, tokenizeDataset } from './tokenize-dataset.ts';

/** `heartllm tokenize RECORD...`, `heartllm tokenize --ptbxl DIR --out DIR` */
export function tokenizeCommand(program: Command, shell: Shell): void {
  ecgOptions(program.command('tokenize'))
    .description('turn records, or a whole data set, into ECG codes, one per 32 ms')
    .argument('[record...]', RECORD)
    .option('--ptbxl <dir>', "PTB-XL's folder: tokenize the whole data set")
    .option('--data <dir>', 'folder of any data set that `heartllm data check` knows')
    .option('--out <dir>', 'folder for the shards of a data set; those that are there are kept')
    .option('--shards <n>', 'into how many shards a data set is cut (default: one per 256 records)', whole(1))
    .option(
      '--threads <n>',
      'worker threads for a data set (default and most: as many as the machine runs at once)',
      whole(1),
    )
    .action(async (paths: string[], options: DatasetOptions, command: Command) => {
      const { ptbxl, data, out, shards, threads } = options;
      const folder = ptbxl ?? data;
      if ([paths.length > 0, ptbxl !== undefined, data !== undefined].filter(Boolean).length !== 1) {
        command.error('error: expected records, or --ptbxl, or --data');
      }
      if (folder === undefined) {
        if ([out, shards, threads].some((option) => option !== undefined)) {
          command.error('error: --out, --shards and --threads are for a data set: --ptbxl or --data');
        }
        const render = (result: EachRecord<TokenizedRecord>) => renderRecords(result, shell.columns);
        return perform(shell, options, () => tokenizeRecords(paths, options, shell), render);
      }
      const [idle] = givenOptions(options);
      if (idle) command.error(`error: --${idle} is for records: a data set says such things itself`);
      if (out === undefined) return command.error('error: a data set needs --out, the folder for its shards');
      return tokenizeDataset(folder, out, options, shell);
    });
}

/** What the command prints about a record. */
type TokenizedRecord = Awaited<ReturnType<typeof tokenizeRecord>>;

async function tokenizeRecords(
  paths: string[],
  options: EcgOptions,
  shell: Shell,
): Promise<EachRecord<TokenizedRecord>> {
  const model = await openCodec(options);
  return forEachRecord(shell, 'tokenizing', paths, async (path) => {
    const record = await tokenizeRecord(path, model, options);
    warn(shell, record.warnings);
    return record;
  });
}

async function tokenizeRecord(path: string, model: HeartLlm, options: EcgOptions) {
  const { record, tokenized } = await readEcg(path, model, options);
  const { codes, codesUsed, tokensPerSecond, warnings } = tokenized;
  const { name } = model.manifest;
  return { record, format: CODE_FORMAT, codes: Array.from(codes), codesUsed, tokensPerSecond, model: name, warnings };
}

function renderRecords({ done, failed, failure }: EachRecord<TokenizedRecord>, columns: number): Rendered {
  const lines = done.flatMap(({ record, codes, codesUsed, tokensPerSecond }) => [
    `${record}: ${codes.length} codes, ${codesUsed} different, ${tokensPerSecond} per second`,
    ...wrap(codes.map(String), columns, '  '),
  ]);
  if (done.length > 0) lines.push(`model ${done[0].model}`);
  return { fields: { records: done, ...(failure && { failed }) }, lines, failure };
}
