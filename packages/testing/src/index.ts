/**
 * Helpers for this repository's own tests; private, never published.
 *
 * ```ts
 * const fixtures = testFiles(import.meta.url, './fixtures/'); // a Source, in Node and in the browser
 * expectAllClose(actual, expected, 1e-5);
 * ```
 */
export { expectAllClose, maxRelativeError } from './all-close.ts';
export { malformed } from './markup.ts';
export { spikes } from './spikes.ts';
export { testFiles } from './test-files.ts';
