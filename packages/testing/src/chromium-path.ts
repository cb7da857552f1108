import { existsSync } from 'node:fs';

/** The Chromium or Chrome that tests drive, undefined where there is none; HEARTLLM_CHROMIUM names another one. */
export const chromiumPath = [
  process.env.HEARTLLM_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
].find((path) => path && existsSync(path));
