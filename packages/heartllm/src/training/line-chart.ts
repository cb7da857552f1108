import { escapeText } from '@heartllm/ecg-plot';

/** A line of a chart. */
export interface ChartLine {
  label: string;
  colour: string;
  /** [x, y], x rising; where y is not finite there is nothing. */
  points: [number, number][];
  /** In pixels, default 1.5. */
  width?: number;
  /** A dot at every point. */
  dots?: boolean;
}

export interface ChartOptions {
  title: string;
  /** What x is, 'step'. */
  xLabel: string;
  /** A logarithmic scale where all values are above 0 and far apart. */
  logarithmic?: boolean;
  /** Default 640 x 240 pixels. */
  width?: number;
  height?: number;
}

const LEFT = 58;
const RIGHT = 12;
const TOP = 30;
const BOTTOM = 34;
/** From this ratio of the largest to the smallest on, a logarithmic scale shows more. */
const LOG_RATIO = 20;

/**
 * Lines over a common x as an SVG drawing; a linear scale begins at 0 where that costs little.
 */
export function lineChart(lines: ChartLine[], options: ChartOptions): string {
  const { title, xLabel, logarithmic = false, width = 640, height = 240 } = options;
  const drawn = lines
    .map((line) => ({ ...line, points: line.points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)) }))
    .filter(({ points }) => points.length > 0);
  const all = drawn.flatMap(({ points }) => points);
  const xs = range(all.map(([x]) => x));
  const y = axis(
    all.map(([, value]) => value),
    height - BOTTOM,
    TOP,
    logarithmic,
  );
  const xAt = (x: number) => LEFT + ((x - xs.least) / (xs.most - xs.least || 1)) * (width - LEFT - RIGHT);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, Helvetica, Arial, sans-serif" font-size="11" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<text x="4" y="15" font-size="13" font-weight="600">${escapeText(title)}</text>`,
    legend(drawn, width),
    ...(all.length ? y.ticks : []).map(
      (tick) =>
        `<path d="M${LEFT} ${round(y.at(tick))}H${width - RIGHT}" stroke="#e3e3e8"/><text x="${LEFT - 6}" y="${round(y.at(tick)) + 4}" text-anchor="end" fill="#55565c">${number(tick)}</text>`,
    ),
    ...(all.length ? niceTicks(xs.least, xs.most, 6) : []).map(
      (tick) =>
        `<text x="${round(xAt(tick))}" y="${height - BOTTOM + 16}" text-anchor="middle" fill="#55565c">${number(tick)}</text>`,
    ),
    `<path d="M${LEFT} ${height - BOTTOM}H${width - RIGHT}" stroke="#9a9aa2"/>`,
    `<text x="${width - RIGHT}" y="${height - 4}" text-anchor="end" fill="#55565c">${escapeText(xLabel)}${y.logarithmic ? ', logarithmic scale' : ''}</text>`,
    ...drawn.map((line) => drawLine(line, xAt, y.at)),
    all.length ? '' : `<text x="${width / 2}" y="${height / 2}" text-anchor="middle" fill="#85868c">nothing yet</text>`,
    '</svg>',
  ];
  return parts.filter(Boolean).join('\n');
}

function drawLine(
  { points, colour, width = 1.5, dots = false }: ChartLine,
  xAt: (x: number) => number,
  yAt: (y: number) => number,
): string {
  const path = points.map(([x, y], i) => `${i ? 'L' : 'M'}${round(xAt(x))} ${round(yAt(y))}`).join('');
  const alone = dots || points.length === 1;
  const marks = alone
    ? points.map(([x, y]) => `<circle cx="${round(xAt(x))}" cy="${round(yAt(y))}" r="2.5" fill="${colour}"/>`)
    : [];
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"/>${marks.join('')}`;
}

function legend(lines: ChartLine[], width: number): string {
  if (lines.length < 2) return '';
  let x = width - RIGHT;
  const entries = [...lines].reverse().map(({ label, colour }) => {
    x -= 7 * label.length + 26;
    return `<path d="M${x} 11h14" stroke="${colour}" stroke-width="3"/><text x="${x + 18}" y="15">${escapeText(label)}</text>`;
  });
  return entries.join('');
}

interface Axis {
  at: (value: number) => number;
  ticks: number[];
  logarithmic: boolean;
}

/** @param from pixel of the least value, `to` that of the most */
function axis(values: number[], from: number, to: number, logarithmic: boolean): Axis {
  let { least, most } = range(values);
  if (logarithmic && least > 0 && most / least >= LOG_RATIO) {
    const [low, high] = [Math.log10(least), Math.log10(most)];
    const ticks: number[] = [];
    for (let power = Math.floor(low); power <= high; power++) {
      const tried = [1, 2, 5].map((digit) => Number(`${digit}e${power}`));
      ticks.push(...tried.filter((tick) => tick >= least && tick <= most));
    }
    const decades = ticks.filter((tick) => Number.isInteger(Math.log10(tick)));
    return {
      at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
      ticks: ticks.length > 8 && decades.length > 1 ? decades : ticks,
      logarithmic: true,
    };
  }
  if (least > 0 && least < most / 2) least = 0;
  if (least === most) [least, most] = least === 0 ? [0, 1] : [Math.min(0, least), Math.max(0, most)];
  return {
    at: (value) => from + ((value - least) / (most - least)) * (to - from),
    ticks: niceTicks(least, most, 5),
    logarithmic: false,
  };
}

/** Multiples of 1, 2 or 5 times a power of ten: about `count` of them. */
export function niceTicks(least: number, most: number, count: number): number[] {
  if (most <= least) return [least];
  const rough = (most - least) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((digit) => digit * power >= rough) ?? 10);
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(most / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function range(values: number[]): { least: number; most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least, most };
}

/** '1,200', '0.05', '2e-5' */
function number(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential().replace('e+', 'e');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}

const round = (value: number) => Math.round(value * 10) / 10;
