import { codeColour } from '@heartllm/ecg-plot';
import { pointIn } from '../paper/gestures.ts';
import { Layer } from '../paper/layer.ts';
import type { Scale } from '../paper/rows.ts';
import type { Viewport } from '../paper/viewport.ts';

/** Seconds per code. */
export const CODE_SECONDS = 0.032;

/** What the strip shows. */
export interface StripCodes {
  codes: ArrayLike<number>;
  levels: number[];
  /** Second of the recording at which they begin. */
  start: number;
}

export interface CodeStripEvents {
  /** A code is pointed at or focused; undefined when none is. */
  choose(index: number | undefined): void;
}

/**
 * ECG codes as coloured cells of 32 ms on the time axis of the paper above. A slider to the keyboard and to screen
 * readers: arrows go from code to code.
 */
export class CodeStrip {
  readonly #element: HTMLElement;
  readonly #layer: Layer;
  readonly #events: CodeStripEvents;
  #shown: StripCodes | undefined;
  #view: Viewport = { x: 0, y: 0, zoom: 4 };
  #scale: Scale = { speed: 25, gain: 10 };
  #chosen: number | undefined;
  /** Where the keyboard was last. */
  #cursor = 0;

  /** @param element holds the canvas and takes the focus */
  constructor(element: HTMLElement, events: CodeStripEvents) {
    this.#element = element;
    this.#events = events;
    this.#layer = new Layer(element.querySelector('canvas')!, (canvas, size) => this.#draw(canvas, size));
    new ResizeObserver(() => this.#layer.resize(element.clientWidth, element.clientHeight)).observe(element);
    element.addEventListener('pointermove', (event) => this.#point(event));
    element.addEventListener('pointerdown', (event) => this.#point(event));
    element.addEventListener('pointerleave', () => {
      if (document.activeElement !== element) this.choose(undefined);
    });
    element.addEventListener('focus', () => this.choose(this.#chosen ?? this.#cursor));
    element.addEventListener('blur', () => this.choose(undefined));
    element.addEventListener('keydown', (event) => this.#press(event));
  }

  show(codes: StripCodes | undefined): void {
    this.#shown = codes;
    this.#cursor = 0;
    this.#element.setAttribute('aria-valuemax', String(codes?.codes.length ?? 1));
    this.#element.setAttribute('aria-disabled', String(!codes));
    this.choose(undefined);
  }

  /** Follows the paper. */
  look(view: Viewport, scale: Scale): void {
    this.#view = view;
    this.#scale = scale;
    this.#layer.redraw();
  }

  /** The code at a second of the recording. */
  indexAt(seconds: number): number | undefined {
    if (!this.#shown) return undefined;
    const index = Math.floor((seconds - this.#shown.start) / CODE_SECONDS);
    return index >= 0 && index < this.#shown.codes.length ? index : undefined;
  }

  choose(index: number | undefined): void {
    this.#chosen = index;
    if (index !== undefined) {
      this.#cursor = index;
      this.#element.setAttribute('aria-valuenow', String(index + 1));
      this.#element.setAttribute('aria-valuetext', this.describe(index));
    }
    this.#layer.redraw();
    this.#events.choose(index);
  }

  /** 'Code 17 of 313: 842, digits 2 2 5 3, 0.512 to 0.544 s' */
  describe(index: number): string {
    if (!this.#shown) return '';
    const { codes, levels, start } = this.#shown;
    const from = start + index * CODE_SECONDS;
    const times = `${from.toFixed(3)} to ${(from + CODE_SECONDS).toFixed(3)} s`;
    return `Code ${index + 1} of ${codes.length}: ${codes[index]}, digits ${digits(codes[index], levels).join(' ')}, ${times}`;
  }

  #point(event: PointerEvent): void {
    const px = pointIn(this.#element, event).x;
    this.choose(this.indexAt((this.#view.x + px / this.#view.zoom) / this.#scale.speed));
  }

  #press(event: KeyboardEvent): void {
    const count = this.#shown?.codes.length;
    if (!count || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, number> = {
      ArrowLeft: this.#cursor - (event.shiftKey ? 10 : 1),
      ArrowDown: this.#cursor - 1,
      ArrowRight: this.#cursor + (event.shiftKey ? 10 : 1),
      ArrowUp: this.#cursor + 1,
      PageDown: this.#cursor - 31, // about a second
      PageUp: this.#cursor + 31,
      Home: 0,
      End: count - 1,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.choose(Math.min(count - 1, Math.max(0, next)));
  }

  #draw(canvas: CanvasRenderingContext2D, { width, height }: { width: number; height: number }): void {
    if (!this.#shown) return;
    const { codes, levels, start } = this.#shown;
    const cell = CODE_SECONDS * this.#scale.speed * this.#view.zoom;
    const left = (start * this.#scale.speed - this.#view.x) * this.#view.zoom;
    const first = Math.max(0, Math.floor(-left / cell));
    const last = Math.min(codes.length - 1, Math.floor((width - left) / cell));
    const numbered = cell >= 34;
    canvas.font = '11px ui-monospace, monospace';
    canvas.textAlign = 'center';
    canvas.textBaseline = 'middle';
    for (let i = first; i <= last; i++) {
      const [x, next] = [Math.round(left + i * cell), Math.round(left + (i + 1) * cell)];
      canvas.fillStyle = codeColour(codes[i], levels);
      canvas.fillRect(x, 0, next - x, height);
      if (!numbered) continue;
      canvas.fillStyle = '#fff';
      canvas.fillRect(x + 2, height / 2 - 8, next - x - 4, 16);
      canvas.fillStyle = '#17181c';
      canvas.fillText(String(codes[i]), (x + next) / 2, height / 2 + 0.5);
    }
    if (this.#chosen === undefined) return;
    const x = Math.round(left + this.#chosen * cell);
    canvas.strokeStyle = '#fff';
    canvas.lineWidth = 4;
    canvas.strokeRect(x - 1, 1, Math.max(3, cell) + 2, height - 2);
    canvas.strokeStyle = '#17181c';
    canvas.lineWidth = 2;
    canvas.strokeRect(x - 1, 1, Math.max(3, cell) + 2, height - 2);
  }
}

/** The levels' digits of a code, the fastest first. */
function digits(code: number, levels: number[]): number[] {
  let rest = code;
  return levels.map((level) => {
    const digit = rest % level;
    rest = (rest - digit) / level;
    return digit;
  });
}
