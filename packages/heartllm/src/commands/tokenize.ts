import { CODE_FORMAT } from '@heartllm/fsq-tokenizer';
import type { Command } from 'commander';
import { show, type Terminal, warn, wrap } from '../terminal/terminal.ts';
import { forEachRecord } from './each-record.ts';
import { openCodec, RECORD, whole } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';
import { type DatasetOptions, tokenizeDataset } from './tokenize-dataset.ts';

/** `heartllm tokenize RECORD...`, `heartllm tokenize --ptbxl DIR --out DIR` */
export function tokenizeCommand(program: Command, terminal: Terminal): void {
  ecgOptions(program.command('tokenize'))
    .description('turn records, or a whole data set, into ECG codes, one per 32 ms')
    .argument('[record...]', RECORD)
    .option('--ptbxl <dir>', "PTB-XL's folder: tokenize the whole data set")
    .option('--data <dir>', 'folder of any data set that `heartllm data check` knows')
    .option('--out <dir>', 'folder for the shards of a data set; those that are there are kept')
    .option('--shards <n>', 'into how many shards a data set is cut (default: one per 256 records)', whole(1))
    .option('--threads <n>', 'worker threads for a data set (default: as many as the machine runs at once)', whole(1))
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
        return tokenizeRecords(paths, options, terminal);
      }
      if (options.fs !== undefined) command.error('error: --fs is for records: a data set tells its rates');
      if (out === undefined) return command.error('error: a data set needs --out, the folder for its shards');
      return tokenizeDataset(folder, out, options, terminal);
    });
}

async function tokenizeRecords(paths: string[], options: EcgOptions, terminal: Terminal): Promise<void> {
  const model = await openCodec(options);
  const records = await forEachRecord(terminal, 'tokenizing', paths, async (path) => {
    const { ecg, record } = await readEcg(path, model, options);
    const { codes, ...rest } = await model.tokenize(ecg);
    const warnings = [...ecg.meta.warnings, ...rest.warnings];
    warn(terminal, warnings);
    return { record, format: CODE_FORMAT, codes: Array.from(codes), ...rest, model: model.manifest.name, warnings };
  });
  const lines = records.flatMap(({ record, codes, codesUsed, tokensPerSecond }) => [
    `${record}: ${codes.length} codes, ${codesUsed} different, ${tokensPerSecond} per second`,
    ...wrap(codes.map(String), terminal.columns, '  '),
  ]);
  lines.push(`model ${model.manifest.name}`);
  show(terminal, options, { records }, lines);
}
