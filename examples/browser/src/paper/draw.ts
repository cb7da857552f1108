import type { Trace } from './leads.ts';
import type { Rows, Scale } from './rows.ts';
import type { Viewport } from './viewport.ts';

export const COLOURS = {
  paper: '#fffbf9',
  minor: '#f8dcd8',
  major: '#ecb4ae',
  ink: '#17181c',
  decoded: '#0a58d6',
  band: 'rgb(255 196 0 / 0.38)',
  bandEdge: '#b57f00',
  caliper: '#0b6b5d',
  caliperFill: 'rgb(11 107 93 / 0.10)',
};

type Canvas = CanvasRenderingContext2D;
type Size = { width: number; height: number };

/** Squares of 1 mm (where there is room for them) and of 5 mm. */
export function drawGrid(canvas: Canvas, view: Viewport, { width, height }: Size): void {
  canvas.fillStyle = COLOURS.paper;
  canvas.fillRect(0, 0, width, height);
  if (view.zoom >= 2.4) drawLines(canvas, view, { width, height }, 1, COLOURS.minor, 0.6);
  drawLines(canvas, view, { width, height }, 5, COLOURS.major, view.zoom >= 2.4 ? 0.9 : 0.6);
}

function drawLines(
  canvas: Canvas,
  { x, y, zoom }: Viewport,
  { width, height }: Size,
  every: number,
  colour: string,
  lineWidth: number,
): void {
  canvas.beginPath();
  for (let mm = Math.ceil(x / every) * every; (mm - x) * zoom <= width; mm += every) {
    if (every === 1 && mm % 5 === 0) continue;
    const px = Math.round((mm - x) * zoom) + 0.5;
    canvas.moveTo(px, 0);
    canvas.lineTo(px, height);
  }
  for (let mm = Math.ceil(y / every) * every; (mm - y) * zoom <= height; mm += every) {
    if (every === 1 && mm % 5 === 0) continue;
    const py = Math.round((mm - y) * zoom) + 0.5;
    canvas.moveTo(0, py);
    canvas.lineTo(width, py);
  }
  canvas.strokeStyle = colour;
  canvas.lineWidth = lineWidth;
  canvas.stroke();
}

/** What colours the paper behind the traces: one value per stretch of equal length. */
export interface Shading {
  values: ArrayLike<number>;
  /** Second of the recording at which they begin. */
  start: number;
  /** Seconds of each. */
  each: number;
}

/** Columns over all leads, the stronger the larger the value; another colour below zero. */
export function drawShading(
  canvas: Canvas,
  { values, start, each }: Shading,
  view: Viewport,
  { speed }: Scale,
  { width, height }: Size,
): void {
  const most = Math.max(1e-12, ...Array.from(values, Math.abs));
  const column = each * speed * view.zoom;
  for (let i = 0; i < values.length; i++) {
    const x = ((start + i * each) * speed - view.x) * view.zoom;
    if (x + column < 0 || x > width) continue;
    const strength = Math.abs(values[i]) / most;
    canvas.fillStyle = values[i] < 0 ? `rgb(47 111 179 / ${0.4 * strength})` : `rgb(224 122 0 / ${0.55 * strength})`;
    canvas.fillRect(x, 0, column + 0.3, height);
  }
}

/** How a trace is drawn. */
export interface Pen {
  colour: string;
  width: number;
  /** Seconds of the recording; by default all. */
  from?: number;
  to?: number;
}

/** One trace on its row; NaN lifts the pen. */
export function drawTrace(
  canvas: Canvas,
  trace: Trace,
  baseline: number,
  view: Viewport,
  { scale }: Rows,
  width: number,
  pen: Pen,
): void {
  const { values, fs, zero, start } = trace;
  const seconds = (px: number) => (view.x + px / view.zoom) / scale.speed;
  const from = Math.max(seconds(-2), pen.from ?? Number.NEGATIVE_INFINITY);
  const to = Math.min(seconds(width + 2), pen.to ?? Number.POSITIVE_INFINITY);
  const first = Math.max(0, Math.floor((from - start) * fs));
  const last = Math.min(values.length - 1, Math.ceil((to - start) * fs));
  const perSample = (scale.speed / fs) * view.zoom;
  const left = (start * scale.speed - view.x) * view.zoom;
  const middle = (baseline - view.y) * view.zoom;
  const perMillivolt = scale.gain * view.zoom;
  let down = false;
  canvas.beginPath();
  for (let i = first; i <= last; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      down = false;
      continue;
    }
    const x = left + i * perSample;
    const y = middle - (value - zero) * perMillivolt;
    if (down) canvas.lineTo(x, y);
    else canvas.moveTo(x, y);
    down = true;
  }
  canvas.strokeStyle = pen.colour;
  canvas.lineWidth = pen.width;
  canvas.lineJoin = 'round';
  canvas.stroke();
}

/** The leads' names, at the left edge wherever the paper is moved to. */
export function drawLabels(canvas: Canvas, traces: Trace[], { baselines }: Rows, view: Viewport): void {
  canvas.font = '600 12px system-ui, sans-serif';
  canvas.textBaseline = 'alphabetic';
  canvas.lineJoin = 'round';
  for (const [i, { label }] of traces.entries()) {
    const y = (baselines[i] - view.y) * view.zoom - 7;
    canvas.strokeStyle = COLOURS.paper;
    canvas.lineWidth = 4;
    canvas.strokeText(label, 5, y);
    canvas.fillStyle = COLOURS.ink;
    canvas.fillText(label, 5, y);
  }
}

/** Seconds at the lower edge. */
export function drawAxis(canvas: Canvas, rows: Rows, view: Viewport, { width, height }: Size): void {
  const { scale, seconds } = rows;
  canvas.font = '11px system-ui, sans-serif';
  canvas.textAlign = 'center';
  const step = scale.speed * view.zoom >= 46 ? 1 : 5;
  for (let second = 0; second <= seconds; second += step) {
    const tick = (second * scale.speed - view.x) * view.zoom;
    if (tick < 0 || tick > width) continue;
    const x = Math.min(Math.max(14, tick), width - 14); // whole at the edges too
    canvas.strokeStyle = COLOURS.paper;
    canvas.lineWidth = 3;
    canvas.strokeText(`${second} s`, x, height - 5);
    canvas.fillStyle = '#5b4a48';
    canvas.fillText(`${second} s`, x, height - 5);
  }
  canvas.textAlign = 'start';
}
