import { MM_PER_SECOND } from './layout.ts';

/** One code covers 16 samples at 500 Hz: 32 ms, 0.8 mm of paper. */
export const SECONDS_PER_CODE = 0.032;

/**
 * A code's colour: of its digits (v = v0 + 6 v1 + 36 v2 + 216 v3) the first two give the hue, the third the
 * lightness, the fourth the saturation. Codes that differ by one quantization step look alike.
 *
 * @param levels of the quantizer; their product is the number of codes
 * @returns a CSS colour, 'hsl(...)'
 */
export function codeColour(code: number, levels: number[] = [6, 6, 6, 6]): string {
  const parts = codeDigits(code, levels).map((digit, i) => digit / Math.max(1, levels[i] - 1)); // each 0..1
  const [first = 0, second = 0, third = 0.5, fourth = 0.5] = parts;
  const hue = Math.round((300 * first + 50 * second) % 360);
  return `hsl(${hue} ${Math.round(35 + 50 * fourth)}% ${Math.round(32 + 46 * third)}%)`;
}

/** The levels' digits of a code, the fastest first. */
export function codeDigits(code: number, levels: readonly number[]): number[] {
  let rest = code;
  return levels.map((level) => {
    const digit = rest % level;
    rest = (rest - digit) / level;
    return digit;
  });
}

/**
 * The codes as coloured cells on the time axis of the paper, 32 ms each; a cell's title tells code, digits and time.
 *
 * @returns SVG elements, in mm, with their top left corner at (x, y); no surrounding `<svg>`
 */
export function codeStrip(
  codes: ArrayLike<number>,
  { x, y, height, width, levels = [6, 6, 6, 6] }: CodeStripOptions,
): string {
  const cell = SECONDS_PER_CODE * MM_PER_SECOND;
  const cells: string[] = [];
  for (let i = 0; i < codes.length && i * cell < width; i++) {
    const title = `code ${codes[i]} (${codeDigits(codes[i], levels).join(' ')}) at ${(i * SECONDS_PER_CODE).toFixed(2)} s`;
    const left = round(x + i * cell);
    const shown = round(Math.min(cell, width - i * cell));
    cells.push(
      `<rect x="${left}" y="${y}" width="${shown}" height="${height}" fill="${codeColour(codes[i], levels)}"><title>${title}</title></rect>`,
    );
  }
  return `<g class="codes" shape-rendering="crispEdges">${cells.join('')}</g>`;
}

/** Where a strip of codes is drawn, and how wide a code is. */
export interface CodeStripOptions {
  /** Left end, where the record starts; all lengths in mm. */
  x: number;
  /** Upper edge, from the top of the drawing down. */
  y: number;
  /** Of every cell. */
  height: number;
  /** Cells beyond this are left out, the last one is cut. */
  width: number;
  /** Levels of the quantizer, 6 6 6 6 by default. */
  levels?: number[];
}

const round = (value: number) => Math.round(value * 100) / 100;
