import { useBackend } from '@heartllm/backend';
import { readRecord } from '@heartllm/ecg-io';
import { chromiumPath, NO_CHROMIUM } from '@heartllm/testing/chromium';
import { HeartLlm } from 'heartllm';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { testAnswers } from './groups/answers.ts';
import { testConstraint } from './groups/constraint.ts';
import { type Driven, folder } from './groups/driven.ts';
import { testEverywhere } from './groups/everywhere.ts';
import { testFiles } from './groups/files.ts';
import { testPaper } from './groups/paper.ts';
import { testPhone } from './groups/phone.ts';
import { testWhy } from './groups/why.ts';
import { ServedPage } from './helpers/served-page.ts';

if (!chromiumPath) describe.skip(`SKIPPED the page of examples/browser: ${NO_CHROMIUM}`, () => test('in Chromium'));
else describe('the page', drive);

function drive() {
  const driven = {} as Driven; // filled before the first test

  beforeAll(async () => {
    driven.served = await ServedPage.start();
    Object.assign(driven, await driven.served.open());
    driven.record = await readRecord(folder, '00000/00913_hr');
    await useBackend('wasm');
    driven.model = await HeartLlm.load();
    driven.codes = (await driven.model.tokenize(driven.record)).codes;
  }, 300_000);
  afterAll(async () => {
    await driven.model?.dispose();
    await driven.served?.stop();
  });

  testPaper(driven);
  testAnswers(driven);
  testWhy(driven);
  testConstraint(driven);
  testFiles(driven);
  testPhone(driven);
  testEverywhere(driven); // the last: it takes the network away
}
