import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TSX = fileURLToPath(import.meta.resolve('tsx/cli'));

/** What an example must print, whatever the embedded model answers, and the figures that it must draw. */
const EXAMPLES: Record<string, { prints: RegExp[]; draws: string[] }> = {
  '01-read-an-ecg.ts': {
    prints: [/12 leads, 500 Hz, 5000 samples/, /ventricular premature/, /over HTTP: \d+ bytes, equal: true/],
    draws: ['01-paper.svg'],
  },
  '02-hdf5.ts': {
    prints: [/4 exams, leads I II III/, /resampled from 400 to 500 Hz/, /\d+ of 313 codes as at 500 Hz/],
    draws: ['02-exam.svg'],
  },
  '03-prepare-any-recording.ts': {
    prints: [/aVF before aVL +100 %/, /leads derived: III from I and II/, /missing V6/],
    draws: ['03-agreement.svg', '03-filters.svg'],
  },
  '04-codes-and-back.ts': {
    prints: [/313 codes: \d+/, /beats: \d+ of 11/, /codes in all/, /ms per ECG/],
    draws: ['04-decoded.svg', '04-reach.svg'],
  },
  '05-what-codes-look-like.ts': {
    prints: [/4069 codes, \d+ of 1296 in use/, /T wave: codes \d+, \d+, \d+/, /of neighbours in digit 4: -?0\.\d+/],
    draws: ['05-frequency.svg', '05-beats.svg', '05-places.svg', '05-umap.svg'],
  },
  '06-words-and-prompts.ts': {
    prints: [/the same codes come back: true/, /ends of ECGs in it: 1, ends of text: 0/, /forecasting: .*4 labels/],
    draws: ['06-prompt.html'],
  },
  '07-ask-a-llama.ts': {
    prints: [/backend wasm/, /LoRA r \d+/, /merged: the same text: true/, /mean p\(yes\) where it is so 0\.\d+/],
    draws: ['07-yes-or-no.svg'],
  },
  '08-train-from-nothing.ts': {
    prints: [/tokenizer: \d+ steps/, /finetuning: \d+ steps.*held out: loss/, /What does this ECG show\? +right:/],
    draws: ['08-decoded.svg', '08-losses.svg'],
  },
  '09-evaluate.ts': {
    prints: [/questions about 13 ECGs/, /another patient's +0\.\d+ \[/, /ROUGE-L 0\.\d+/],
    draws: ['09-controls.svg'],
  },
  '10-export.ts': {
    prints: [
      /base and adapter differ by at most 0\n/,
      /the same answer: true/,
      /AutoModelForCausalLM\.from_pretrained/,
    ],
    draws: [],
  },
};

/** What libtensorflow, where it is installed, says of itself before anyone can silence it. */
const LIBTENSORFLOW = /^(WARNING: All log messages before absl|I0000 ).*\n/gm;

test('every example is listed here', () => {
  const files = readdirSync(join(ROOT, 'examples')).filter((name) => /^\d\d-.*\.ts$/.test(name));
  expect(files.sort()).toEqual(Object.keys(EXAMPLES));
});

test.each(Object.entries(EXAMPLES))(
  '%s runs from top to bottom as the README says',
  async (name, { prints, draws }) => {
    const figures = draws.map((file) => join(ROOT, 'examples/out', file));
    for (const figure of figures) await rm(figure, { force: true });
    // `npx tsx FILE` at the root, without npx; rejects for an exit code other than 0
    const { stdout: out, stderr: err } = await promisify(execFile)(process.execPath, [TSX, join('examples', name)], {
      cwd: ROOT,
    });
    expect(err.replace(LIBTENSORFLOW, '')).toBe('');
    for (const line of prints) expect(out).toMatch(line);
    expect(out).not.toContain(ROOT);
    for (const figure of figures) {
      const text = await readFile(figure, 'utf8');
      expect(text.length).toBeGreaterThan(1000);
      expect(text).toMatch(/^<(svg|!doctype html)/i);
      expect(text).not.toMatch(/NaN|undefined/);
      expect(text).not.toContain(ROOT);
    }
  },
  600_000, // seconds where nothing else runs, minutes beside other tests
);
