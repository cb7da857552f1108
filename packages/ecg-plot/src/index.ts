/**
 * An ECG on standard paper as an SVG drawing.
 *
 * ```ts
 * import { ecgPaper } from '@heartllm/ecg-plot';
 *
 * const svg = ecgPaper({ name: 'mine', fs: 500, samples: 5000, leads: ['II'], units: ['mV'], signal: [new Float32Array(5000)] });
 * ```
 */
export { type CodeStripOptions, codeColour, codeDigits, codeStrip, SECONDS_PER_CODE } from './code-strip.ts';
export { type EcgPaperOptions, ecgPaper, type PrintableEcg } from './ecg-paper.ts';
export { escapeText } from './escape.ts';
export { type PaperLayout, planPaper, SECONDS_ON_PAPER, type Strip } from './layout.ts';
export { millivoltsPer } from './millivolts.ts';
export type { Shading } from './shading.ts';
