import { Layer } from '../paper/layer.ts';
import type { Scale } from '../paper/rows.ts';
import type { Viewport } from '../paper/viewport.ts';
import { CODE_SECONDS } from './code-strip.ts';

/** A value per code, on the time axis of the paper. */
export interface Relevance {
  values: Float32Array;
  /** Second of the recording at which the codes begin. */
  start: number;
}

/** Above and below zero; both are told from the ground by more than 3 to 1. */
const COLOURS = { above: '#b35900', below: '#2f6fb3', line: '#8895a1' };

/** Values as bars, one per code, the largest as high as the row; negative ones hang down. */
export class RelevanceRow {
  readonly #layer: Layer;
  #shown: Relevance | undefined;
  #view: Viewport = { x: 0, y: 0, zoom: 4 };
  #scale: Scale = { speed: 25, gain: 10 };

  /** @param element holds the canvas */
  constructor(element: HTMLElement) {
    const canvas = element.querySelector('canvas')!;
    this.#layer = new Layer(canvas, (context, size) => this.#draw(context, size));
    new ResizeObserver(() => this.#layer.resize(element.clientWidth, element.clientHeight)).observe(element);
  }

  show(relevance: Relevance | undefined): void {
    this.#shown = relevance;
    this.#layer.redraw();
  }

  /** Follows the paper. */
  look(view: Viewport, scale: Scale): void {
    this.#view = view;
    this.#scale = scale;
    this.#layer.redraw();
  }

  #draw(canvas: CanvasRenderingContext2D, { width, height }: { width: number; height: number }): void {
    if (!this.#shown) return;
    const { values, start } = this.#shown;
    const cell = CODE_SECONDS * this.#scale.speed * this.#view.zoom;
    const left = (start * this.#scale.speed - this.#view.x) * this.#view.zoom;
    const most = Math.max(0, ...values);
    const least = Math.min(0, ...values);
    const perUnit = (height - 4) / (most - least || 1);
    const zero = 2 + most * perUnit;
    for (const [i, value] of values.entries()) {
      const x = left + i * cell;
      if (x + cell < 0 || x > width) continue;
      canvas.fillStyle = value < 0 ? COLOURS.below : COLOURS.above;
      canvas.fillRect(x, zero, Math.max(1, cell - 0.5), -value * perUnit);
    }
    canvas.strokeStyle = COLOURS.line;
    canvas.beginPath();
    canvas.moveTo(0, Math.round(zero) + 0.5);
    canvas.lineTo(width, Math.round(zero) + 0.5);
    canvas.stroke();
  }
}
