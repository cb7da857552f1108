import { type Batch, IGNORED, padRows, type Row } from './batch.ts';
import { VocabularyError } from './error.ts';
import { codesToIds, type EcgVocabulary } from './vocabulary.ts';

/** `window` codes are given, the `step` codes that follow are to be forecast. */
export interface ForecastWindow {
  /** Codes that are given, 32 ms each; 0 or more. */
  window: number;
  /** Codes that are forecast, 1 or more. Starts that are drawn are multiples of it. */
  step: number;
}

/** The published windows, from all of a 10 s ECG (313 codes, 32 ms each) down to half a second. */
export const PRETRAIN_WINDOWS: readonly ForecastWindow[] = [
  { window: 283, step: 30 },
  { window: 142, step: 15 },
  { window: 70, step: 7 },
  { window: 35, step: 4 },
  { window: 17, step: 2 },
];

/** Which windows of the codes are forecast, and where they begin. */
export interface PretrainOptions {
  /** The published five by default. */
  windows?: readonly ForecastWindow[];
  /** Draws each window's start, a multiple of its step; returns values in [0, 1). Give this or `starts`. */
  random?: () => number;
  /** The start of every window, all ECGs of the first window first; as many as windows x ECGs. */
  starts?: readonly number[];
}

/**
 * A batch of stage 2, forecasting: for each window and each ECG one row of beginning of text, `<|start_ecg|>`, window +
 * step codes, `<|end_ecg|>`, end of text; the loss counts on the step codes only. All ECGs of the first window come
 * first: windows x ECGs rows.
 *
 * @param ecgs codes of each ECG, 0..codes-1; 313 for 10 s
 * @returns [windows x ECGs, T] each, T that of the longest window; shorter rows are padded on the left
 * @throws VocabularyError for an ECG shorter than a window and its step, a start outside the ECG, or neither or both of
 *   `random` and `starts`
 */
export function buildPretrainBatch(
  vocabulary: EcgVocabulary,
  ecgs: ArrayLike<number>[],
  { windows = PRETRAIN_WINDOWS, random, starts }: PretrainOptions,
): Batch {
  if ((random === undefined) === (starts === undefined)) {
    throw new VocabularyError('pretraining needs either `random` or `starts`');
  }
  if (starts && starts.length !== windows.length * ecgs.length) {
    throw new VocabularyError(
      `starts: expected ${windows.length} windows x ${ecgs.length} ECGs = ${windows.length * ecgs.length} values, found ${starts.length}`,
    );
  }
  const ids = ecgs.map((codes) => codesToIds(vocabulary, codes));
  const rows = windows.flatMap(({ window, step }, w) =>
    ids.map((ecg, e) => {
      const last = lastStart(ecg.length, window, step, e);
      const at = w * ecgs.length + e;
      const start = starts ? starts[at] : step * Math.floor(random!() * (Math.floor(last / step) + 1));
      if (!Number.isInteger(start) || start < 0 || start > last) {
        const source = starts ? `starts[${at}]` : 'a start drawn with random';
        throw new VocabularyError(`${source}: expected a whole number from 0 to ${last}, found ${start}`);
      }
      return forecastRow(
        vocabulary,
        ecg.slice(start, start + window),
        ecg.slice(start + window, start + window + step),
      );
    }),
  );
  return padRows(vocabulary, rows);
}

function lastStart(length: number, window: number, step: number, index: number): number {
  if (!Number.isInteger(window) || window < 0 || !Number.isInteger(step) || step < 1) {
    throw new VocabularyError(`windows: expected window >= 0 and step >= 1, found ${window} and ${step}`);
  }
  if (length < window + step) {
    throw new VocabularyError(`ecgs[${index}]: ${length} codes are too few for window ${window} and step ${step}`);
  }
  return length - window - step;
}

function forecastRow(vocabulary: EcgVocabulary, given: number[], forecast: number[]): Row {
  const before = [vocabulary.bosId, vocabulary.startEcgId, ...given];
  const after = [vocabulary.endEcgId, vocabulary.eosId];
  return {
    ids: [...before, ...forecast, ...after],
    labels: [...before.map(() => IGNORED), ...forecast, ...after.map(() => IGNORED)],
  };
}
