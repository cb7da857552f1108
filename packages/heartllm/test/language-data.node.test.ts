import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { languageData } from '../src/training/language-data.ts';
import { openRecordings } from '../src/training/ptbxl-recordings.ts';
import { writePtbxl } from './helpers/ptbxl-folder.ts';

test('reports are asked for with what is known of the patient, or without', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  const { train, statements } = await openRecordings(await writePtbxl(folder));
  const views = new Map(train.map(({ ecgId }) => [ecgId, [{ codes: Int32Array.of(1, 2) }]]));
  const backgrounds = (background?: boolean) =>
    languageData(train, statements, views, { perRecord: 1, seed: 0, background }).reports.map(
      (report) => report.background,
    );
  expect(backgrounds()).toEqual([expect.stringMatching(/81/), expect.any(String)]);
  expect(backgrounds(false)).toEqual(['', '']);
  await rm(folder, { recursive: true });
});
