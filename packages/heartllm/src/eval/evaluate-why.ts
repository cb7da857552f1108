import { Generator } from '@heartllm/backend';
import { type EcgRecord, WfdbError } from '@heartllm/ecg-io';
import { questionPrompt } from '@heartllm/vocab-bridge';
import { ANSWER_TOKENS, type HeartLlm } from '../pipeline.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { askText } from '../why/asked-text.ts';
import { explain } from '../why/explain.ts';
import type { EvalData } from './data.ts';
import { EvaluationError } from './error.ts';
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
import { type AskedPart, waveQuestions } from './wave-questions.ts';
import { PARTS, type Part, readWaveShares, type WaveShares } from './wave-shares.ts';
import { mapsOf, maskingChanges, maskParts, partShares, type WhyRecord } from './why-record.ts';

export interface WhyRun {
  model: HeartLlm;
  seed: number;
  /** Of the data set, from its beginning; all by default. */
  records?: number;
  /** Questions about each part of the beat. */
  perPart: number;
  /** Codes of an occluded window, and from one to the next. */
  window: number;
  stride: number;
  batchSize: number;
  signal: AbortSignal;
}

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
export async function evaluateWhy(data: EvalData, run: WhyRun, terminal: Terminal): Promise<WhyEvaluation> {
  const { model, seed, perPart, window, stride, batchSize, signal } = run;
  if (data.dataset !== 'LUDB') {
    throw new EvaluationError(`expected LUDB, whose waves are annotated, found ${data.dataset}`);
  }
  const language = await model.language();
  const places = [...data.recordings.keys()].slice(0, run.records);
  const read = new FittedRecordings(data, places, model, terminal, 'asking why', signal);
  const generator = new Generator(`${seed}/turned`);
  const questions = waveQuestions(perPart).map((asked) => ({ ...asked, yes: 0 }));
  const told: WhyRecord[] = [];
  let withoutWaves = 0;
  for await (const record of read) {
    const { codes } = await model.tokenize(record);
    const { path } = data.recordings[read.kept.at(-1)!].row.recording;
    const waves = await wavesOf(data, { path, record, model, codes: codes.length }, terminal);
    if (!waves) {
      withoutWaves++;
      continue;
    }
    const about: WhyRecord = { waves, turn: generator.integer(waves.to - waves.from), asked: [] };
    const ecg = { codes, ...(language.continuous && { points: model.tokenizer.encodePoints(record) }) };
    for (const asked of questions) {
      const prompt = questionPrompt(language.vocabulary, { codes, question: asked.question });
      const text = await askText(language, { prompt, ecg, maxNewTokens: ANSWER_TOKENS });
      const why = await explain(language, text, { window, stride, batchSize, signal });
      if (why.answer === 'yes') asked.yes++;
      const changes = await maskParts(language, text, why.logProbability, about);
      about.asked.push({ part: asked.part, maps: mapsOf(why), agreement: why.agreement, ...changes });
    }
    told.push(about);
  }
  if (told.length === 0) throw new EvaluationError(`${data.dataset}: not one recording with annotated waves`);

  const maps = Object.keys(told[0].asked[0].maps);
  const mass = ({ asked }: WhyRecord, map: string) =>
    mean(asked.map(({ maps }) => maps[map].reduce((sum, value) => sum + value, 0)));
  const shares = (map: string) => told.map((about) => partShares(about, map));
  const { changed: _, ...leftOut } = read.counts;
  return {
    dataset: data.dataset,
    records: told.length,
    questions: questions.map(({ yes, ...asked }) => ({ ...asked, yes: yes / told.length })),
    time: byPart(PARTS, (part) => mean(shares('rollout').map(({ time }) => time[part]))),
    maps: Object.fromEntries(maps.map((map) => [map, scoreMap(shares(map), seed)])),
    onEcg: Object.fromEntries(
      maps
        .filter((map) => map !== 'occlusion')
        .map((map) => [
          map,
          estimateMean(
            told.map((about) => mass(about, map)),
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
    window,
    stride,
    leftOut: { ...leftOut, withoutWaves },
  };
}

/** Undefined for a recording without annotations, or with damaged ones, which is told. */
async function wavesOf(
  data: EvalData,
  { path, record, model, codes }: { path: string; record: EcgRecord; model: HeartLlm; codes: number },
  terminal: Terminal,
): Promise<WaveShares | undefined> {
  const { encoder, leads } = model.tokenizer.config;
  const size = { codes, samplesPerCode: 2 ** encoder.blocks, fs: record.fs };
  try {
    return await readWaveShares(data.source, path, leads, size);
  } catch (error) {
    if (!(error instanceof WfdbError)) throw error;
    terminal.err(`left out: ${error.message}\n`);
    return undefined;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
