import { SECONDS_PER_CODE } from './code-strip.ts';
import { escapeText } from './escape.ts';
import { MM_PER_SECOND, type PaperLayout, type Strip } from './layout.ts';

/** A value per code of 32 ms, from the start of the record on, to be laid under the traces. */
export interface Shading {
  /** In any unit: the largest magnitude is darkest, what is below 2 % of it is not drawn. */
  values: ArrayLike<number>;
  /** What the shades mean, for the legend; what the second colour means goes after a vertical bar. */
  label: string;
  /** Of values above and below 0; the larger a value, the darker. */
  colours: readonly [string, string];
}

/** Of the largest value. */
const DARKEST = 0.7;
/** Below this share of the largest value nothing is seen, and nothing drawn. */
const FAINTEST = 0.02;
/** A row reaches that far from its baseline. */
const HALF_ROW_MM = 15;

/** Shades under the strips: leads that show the same seconds above each other share theirs. SVG elements, in mm. */
export function shades({ values, colours }: Shading, layout: PaperLayout): string {
  const largest = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return '';
  const parts = blocks(layout.strips).flatMap((strips) => {
    const [{ x, from, to }] = strips;
    const top = strips[0].baseline - HALF_ROW_MM;
    const height = strips[strips.length - 1].baseline + HALF_ROW_MM - top;
    return Array.from(values, (value, code) => {
      const begin = Math.max(from, code * SECONDS_PER_CODE);
      const end = Math.min(to, (code + 1) * SECONDS_PER_CODE);
      const share = Math.abs(value) / largest;
      if (end <= begin || share < FAINTEST) return '';
      const left = round(x + (begin - from) * MM_PER_SECOND);
      return `<rect x="${left}" y="${top}" width="${round((end - begin) * MM_PER_SECOND)}" height="${height}" fill="${colours[value < 0 ? 1 : 0]}" fill-opacity="${round(DARKEST * share)}"/>`;
    });
  });
  return `<g class="shades" shape-rendering="crispEdges">${parts.join('')}</g>`;
}

/** The legend's text with a swatch before each part. SVG elements, in mm; their right end at x. */
export function shadesLegend({ label, colours }: Shading, x: number, y: number): string {
  const texts = label.split('|').map((text) => text.trim());
  const spans = texts.map(
    (text, i) => `<tspan fill="${colours[i] ?? colours[0]}">\u25a0</tspan> <tspan>${escapeText(text)}</tspan>`,
  );
  return `<text x="${x}" y="${y}" text-anchor="end" font-size="3">${spans.join('  ')}</text>`;
}

/** Strips that show the same seconds in rows below each other. */
function blocks(strips: Strip[]): Strip[][] {
  const found = new Map<string, Strip[]>();
  for (const strip of strips) {
    const key = `${strip.x} ${strip.from} ${strip.to}`;
    found.set(key, [...(found.get(key) ?? []), strip]);
  }
  return [...found.values()];
}

const round = (value: number) => Math.round(value * 1000) / 1000;
