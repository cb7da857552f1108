import { fileURLToPath } from 'node:url';
import type { EcgRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import type { HeartLlm } from 'heartllm';
import type { BrowserContext, Page } from 'playwright';
import { expect } from 'vitest';
import type { ServedPage } from '../helpers/served-page.ts';

/** The page that the groups of tests drive one after the other, and what Node makes of the same ECG. */
export interface Driven {
  served: ServedPage;
  page: Page;
  context: BrowserContext;
  record: EcgRecord;
  codes: Int32Array;
  model: HeartLlm;
}

/** The records that come with the page. */
export const folder = folderSource(fileURLToPath(new URL('../../../data/ptbxl/records500', import.meta.url)));

export const QUESTION = 'What diagnostic class does this ECG belong to?';

/** Waits for something to become what is expected; a busy machine takes its time. */
export function soon<T>(read: () => Promise<T>) {
  return expect.poll(read, { timeout: 30_000 });
}

/** Until the ECG that is shown can be asked about. */
export async function ready(page: Page): Promise<void> {
  await page.locator('#ask:enabled').waitFor();
}
