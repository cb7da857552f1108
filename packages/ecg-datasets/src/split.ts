import { DatasetError } from './error.ts';
import type { Identity } from './identity.ts';

/** Three parts of a data set. */
export interface Split<T> {
  /** What the model learns from. */
  train: T[];
  /** What choices are made by: when to stop, which of several models. */
  validation: T[];
  /** What is looked at once, in the end. */
  test: T[];
}

/** What a split has to know about an ECG; `EcgRow`, and a report of HeartLLM's lists. */
export interface Splittable {
  /** Numbers of ECGs and patients mean something within one data set only. */
  dataset: string;
  /** Whose ECG it is. */
  identity: Identity;
}

/** Which split by patient is made. */
export interface SplitOptions {
  /** Another seed, another split; the same seed, the same split on every machine and in any order of the rows. */
  seed: number | string;
  /** Shares of train, validation and test, 7:1:2 by default as published. */
  shares?: readonly [number, number, number];
}

/**
 * Splits by patient: all ECGs of a patient are in one part. The patients stand in a random order that the seed decides;
 * train takes them until it has its share of the ECGs, then validation. An ECG whose patient is not known counts as one of
 * another patient (the Challenge's do: it may hold several of one).
 *
 * @returns rows in the order of their patients, not that of `rows`
 * @throws RangeError where a share is negative or all are 0
 */
export function splitByPatient<T extends Splittable>(
  rows: Iterable<T>,
  { seed, shares = [7, 1, 2] }: SplitOptions,
): Split<T> {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!(total > 0 && total < Number.POSITIVE_INFINITY) || shares.some((share) => !(share >= 0))) {
    throw new RangeError(`shares: expected three numbers from 0, not all 0, found ${shares.join(':')}`);
  }
  const patients = new Map<string, { rank: number; key: string; rows: T[] }>();
  let count = 0;
  for (const row of rows) {
    const key = patientKey(row);
    const patient = patients.get(key) ?? { rank: hash(`${seed}|${key}`), key, rows: [] };
    patient.rows.push(row);
    patients.set(key, patient);
    count++;
  }
  const order = [...patients.values()].sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1));

  const split: Split<T> = { train: [], validation: [], test: [] };
  const ends = [(shares[0] / total) * count, ((shares[0] + shares[1]) / total) * count];
  let before = 0;
  for (const patient of order) {
    // A patient belongs to the part in which the middle of their ECGs falls.
    const middle = before + patient.rows.length / 2;
    const part = middle <= ends[0] ? split.train : middle <= ends[1] ? split.validation : split.test;
    part.push(...patient.rows);
    before += patient.rows.length;
  }
  return split;
}

/**
 * Checks that no patient, and no ECG, is in two parts of a split that somebody else made.
 *
 * @param parts the rows of each part by its name, which the message gives
 * @throws DatasetError naming the file and line of a row, where it was read from a list
 */
export function assertDisjoint<
  T extends Splittable & {
    /** Where it was read, for the message; the data set is named instead where it is undefined. */
    file?: string;
    /** Line of `file`, from 1, for the message. */
    line?: number;
  },
>(parts: Record<string, Iterable<T>>): void {
  const partOf = new Map<string, string>();
  for (const [part, rows] of Object.entries(parts)) {
    for (const row of rows) {
      for (const key of [patientKey(row), ecgKey(row)]) {
        const before = partOf.get(key) ?? part;
        if (before !== part) {
          const whose = key === ecgKey(row) ? 'its ECG' : 'its patient';
          const message = `expected every patient in one part, but ${whose} is in ${before} and in ${part}`;
          throw new DatasetError({ file: row.file ?? row.dataset, line: row.line }, message);
        }
        partOf.set(key, part);
      }
    }
  }
}

function ecgKey({ dataset, identity }: Splittable): string {
  return `${dataset}|ecg|${identity.ecg}`;
}

function patientKey(row: Splittable): string {
  const { patient } = row.identity;
  return patient === undefined ? ecgKey(row) : `${row.dataset}|patient|${patient}`;
}

/** 32 bits of a text: FNV-1a over its UTF-16 units, then the finalizer of MurmurHash3, so that near texts end far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
