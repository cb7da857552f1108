import { Generator } from '@heartllm/backend';
import type { EcgRecord } from '@heartllm/ecg-io';
import { failureOf, UNREAD } from '../corpus/failure.ts';
import type { HeartLlm } from '../pipeline.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { askWhy, type WhyRun } from './ask-why.ts';
import type { EvalRecordings } from './data.ts';
import { damagedLine, EvaluationError, stopped } from './error.ts';
import { fingerprint, modelFingerprint } from './fingerprint.ts';
import { FittedRecordings } from './load-ecgs.ts';
import {
  byPart,
  type Estimate,
  estimateMean,
  type MapScores,
  type MaskingScores,
  scoreMap,
  scoreMasking,
} from './score-why.ts';
import type { RunSettings } from './settings-file.ts';
import { type AskedPart, waveQuestions } from './wave-questions.ts';
import { PARTS, type Part, readWaveShares, type WaveShares } from './wave-shares.ts';
import { WhyFile } from './why-file.ts';
import { maskingChanges, partShares, type WhyRecord } from './why-record.ts';

/** What `heartllm eval why` tells. */
export interface WhyEvaluation {
  dataset: string;
  /** Recordings with annotated waves. */
  records: number;
  /** What was asked, and how often the answer was yes, from 0 to 1. */
  questions: { part: AskedPart; question: string; yes: number }[];
  /** Share of the annotated time. */
  time: Record<Part, number>;
  /** Of 'rollout', the attention rolled out, 'layer 1' and so on, and 'occlusion', by how much the answer gets less likely. */
  maps: Record<string, MapScores>;
  /** What of the attention while answering fell on the ECG, by map. */
  onEcg: Record<string, Estimate>;
  /** All waves of a kind masked at once. */
  masking: MaskingScores;
  /** Rank correlation of rolled out attention and occlusion over the windows, the mean over questions. */
  agreement: Estimate;
  window: number;
  stride: number;
  leftOut: Record<string, number>;
}

/**
 * Asked about a part of the beat, does the model look at it? Over the annotated waves of LUDB: where attention and occlusion fall, by
 * what was asked about, against time, other questions, and maps turned round in time.
 *
 * @throws EvaluationError for another data set, and where no recording has annotated waves
 */
export async function evaluateWhy(data: EvalRecordings, run: WhyRun, terminal: Terminal): Promise<WhyEvaluation> {
  const { model, seed, perPart, signal, out } = run;
  if (data.dataset !== 'LUDB') {
    throw new EvaluationError(`expected LUDB, whose waves are annotated, found ${data.dataset}`);
  }
  const places = [...data.recordings.keys()].slice(0, run.records);
  const read = new FittedRecordings(data, places, model, terminal, 'asking why', signal);
  const generator = new Generator(`${seed}/turned`);
  const questions = waveQuestions(perPart);
  const file = out === undefined ? undefined : await WhyFile.open(out, await settingsOf(data, run), questions.length);
  if (file?.damaged) terminal.err(damagedLine(out, file.damaged));
  if (file?.restored.size) terminal.err(`${out}: goes on after ${file.restored.size} records\n`);
  const told: WhyRecord[] = [];
  let withoutWaves = 0;
  try {
    for await (const { place, record } of read) {
      const waves = await wavesOf(data, { path: data.recordings[place].row.recording.path, record, model }, terminal);
      if (!waves) {
        withoutWaves++;
        continue;
      }
      const turn = generator.integer(waves.to - waves.from); // drawn for a restored record too, so that the next one has its own
      let about = file?.restored.get(place);
      if (!about) {
        about = await askWhy(record, { waves, turn }, questions, run);
        await file?.append(place, about);
      }
      told.push(about);
    }
  } catch (error) {
    throw signal.aborted && out !== undefined ? stopped(out, signal) : error;
  } finally {
    await file?.close();
  }
  if (told.length === 0) throw new EvaluationError(`${data.dataset}: not one recording with annotated waves`);

  const maps = Object.keys(told[0].asked[0].maps);
  const total = ({ asked }: WhyRecord, map: string) => mean(asked.map(({ maps }) => maps[map].total));
  const shares = (map: string) => told.map((about) => partShares(about, map));
  const { changed: _, ...leftOut } = read.counts;
  return {
    dataset: data.dataset,
    records: told.length,
    questions: questions.map((asked, q) => ({ ...asked, yes: mean(told.map((about) => Number(about.asked[q].yes))) })),
    time: byPart(PARTS, (part) => mean(told.map(({ time }) => time[part]))),
    maps: Object.fromEntries(maps.map((map) => [map, scoreMap(shares(map), seed)])),
    onEcg: Object.fromEntries(
      maps
        .filter((map) => map !== 'occlusion')
        .map((map) => [
          map,
          estimateMean(
            told.map((about) => total(about, map)),
            seed,
          ),
        ]),
    ),
    masking: scoreMasking(told.map(maskingChanges), seed),
    agreement: estimateMean(
      told.map(({ asked }) => {
        const known = asked.flatMap(({ agreement }) => agreement ?? []);
        return known.length > 0 ? mean(known) : undefined;
      }),
      seed,
    ),
    window: run.window,
    stride: run.stride,
    leftOut: { ...leftOut, withoutWaves },
  };
}

/** All that decides what is found about a record; how many there are may change. */
async function settingsOf(data: EvalRecordings, run: WhyRun): Promise<RunSettings> {
  const { model, seed, perPart, window, stride, batchSize, backend } = run;
  const paths = data.recordings.map(({ row }) => row.recording.path);
  return {
    ...{ task: 'why', dataset: data.dataset, seed, perPart, window, stride, batchSize, backend },
    model: `${model.manifest.name} ${await modelFingerprint(await model.language())}`,
    tokenizer: fingerprint(await model.tokenizerHashes()),
    recordings: fingerprint(paths),
  };
}

/** Undefined for a recording without annotations, or with damaged ones, which is told. */
async function wavesOf(
  data: EvalRecordings,
  { path, record, model }: { path: string; record: EcgRecord; model: HeartLlm },
  terminal: Terminal,
): Promise<WaveShares | undefined> {
  const { encoder, leads } = model.tokenizer.config;
  const samplesPerCode = 2 ** encoder.blocks;
  const size = { codes: Math.ceil(record.samples / samplesPerCode), samplesPerCode, fs: record.fs };
  try {
    return await readWaveShares(data.source, path, leads, size);
  } catch (error) {
    const failure = failureOf(error, path); // without what a header holds
    if (failure === UNREAD) throw error;
    terminal.err(`left out: ${failure}\n`);
    return undefined;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
