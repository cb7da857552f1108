/**
 * `delineate` beside the cardiologists' annotations of LUDB (Kalyakulina et al. 2020).
 *
 *   npm run bench:delineation -w @heartllm/fsq-tokenizer -- LUDB        (the folder with ludb.csv and data/)
 *
 * LUDB leaves out the first and the last beats: only what lies between the first and the last annotated peak, and 150 ms around, is counted. All leads
 * together are compared with the median of the leads' annotations. The ST level is taken in each lead at the boundaries of both.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EcgRecord, readAnnotations, readRecord, type WaveInterval, waveIntervals } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { delineate, type QrsComplex, stLevel } from '@heartllm/fsq-tokenizer';

const WINDOW = 0.15;
const folder = process.argv[2];
const source = folderSource(folder);

interface Annotated {
  record: EcgRecord;
  paced: boolean;
  /** [leads], in the order of time. */
  waves: WaveInterval[][];
}

async function annotated(name: string): Promise<Annotated> {
  const record = await readRecord(source, name);
  const perLead = record.leads.map((lead) => readAnnotations(source, name, lead.toLowerCase()));
  const waves = (await Promise.all(perLead)).map((lead) => waveIntervals(lead).filter(({ wave }) => wave === 'QRS'));
  return { record, paced: record.comments.some((line) => /pacing/i.test(line)), waves };
}

function median(values: (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** The beats that most leads have, each boundary the median of the leads'. */
function consensus(waves: WaveInterval[][], fs: number): QrsComplex[] {
  const groups: WaveInterval[][] = [];
  for (const wave of waves.flat().sort((a, b) => a.peak - b.peak)) {
    const group = groups.at(-1);
    if (group && wave.peak - group[0].peak < 0.2 * fs) group.push(wave);
    else groups.push([wave]);
  }
  return groups
    .filter((group) => group.length > waves.length / 2)
    .map((group) => ({
      onset: median(group.map(({ onset }) => onset)),
      peak: median(group.map(({ peak }) => peak))!,
      offset: median(group.map(({ offset }) => offset)),
    }));
}

class Scores {
  expected = 0;
  found = 0;
  within50 = 0;
  extra = 0;
  readonly errors: Record<'peak' | 'onset' | 'offset' | 'st', number[]> = { peak: [], onset: [], offset: [], st: [] };

  add(signal: ArrayLike<number>[], reference: QrsComplex[], fs: number): void {
    const near = (a: QrsComplex, b: QrsComplex) => Math.abs(a.peak - b.peak) <= WINDOW * fs;
    if (reference.length === 0) return;
    const [from, to] = [reference[0].peak - WINDOW * fs, reference.at(-1)!.peak + WINDOW * fs];
    const beats = delineate(signal, fs).filter(({ peak }) => peak >= from && peak <= to);
    this.expected += reference.length;
    this.extra += beats.filter((beat) => !reference.some((wave) => near(beat, wave))).length;
    for (const wave of reference) {
      const beat = beats.find((one) => near(one, wave));
      if (!beat) continue;
      this.found++;
      if (Math.abs(beat.peak - wave.peak) <= 0.05 * fs) this.within50++;
      for (const part of ['onset', 'peak', 'offset'] as const) {
        this.errors[part].push(((beat[part] ?? Number.NaN) - (wave[part] ?? Number.NaN)) * (1000 / fs));
      }
      for (const lead of signal) this.errors.st.push(1000 * (stLevel(lead, beat, fs) - stLevel(lead, wave, fs)));
    }
  }

  row(): string[] {
    const share = (n: number, of: number) => (n / of).toFixed(4);
    return [
      String(this.expected),
      share(this.found, this.expected),
      share(this.found, this.found + this.extra),
      share(this.within50, this.expected),
      ...Object.values(this.errors).map((errors) => spread(errors.filter(Number.isFinite))),
    ];
  }
}

function spread(errors: number[]): string {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length);
  return `${mean.toFixed(1)} ± ${deviation.toFixed(1)}`;
}

const scores = new Map<string, Scores>();
const named = (name: string) => scores.get(name) ?? scores.set(name, new Scores()).get(name)!;
let records = 0;
for (let id = 1; id <= 200; id++) {
  if (!existsSync(join(folder, `data/${id}.hea`))) continue;
  records++;
  const { record, paced, waves } = await annotated(`data/${id}`);
  const { fs, signal, leads } = record;
  const common = consensus(waves, fs);
  named('all leads').add(signal, common, fs);
  if (!paced) named('all leads, no pacemaker').add(signal, common, fs);
  for (const [i, lead] of leads.entries()) {
    named(`lead ${lead}`).add([signal[i]], waves[i], fs);
    if (lead === 'ii' && !paced) named('lead ii, no pacemaker').add([signal[i]], waves[i], fs);
  }
}
console.log(`${records} records of LUDB; errors in ms, of ST levels in uV, mean and standard deviation\n`);
console.log(
  '| signal | beats | sensitivity | PPV | R-peak within 50 ms | R-peak | QRS onset | QRS offset | ST level |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const [name, score] of scores) console.log(`| ${[name, ...score.row()].join(' | ')} |`);
