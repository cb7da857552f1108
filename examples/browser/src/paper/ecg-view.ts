import { Calipers, describeMeasure } from './calipers.ts';
import { COLOURS, drawAxis, drawGrid, drawLabels, drawShading, drawTrace, type Shading } from './draw.ts';
import { listenToGestures, type Point, pointIn } from './gestures.ts';
import { listenToKeys } from './keys.ts';
import { Layer } from './layer.ts';
import type { Trace } from './leads.ts';
import { planRows, type Rows, type Scale } from './rows.ts';
import { clamp, fitZoom, MARGIN, panBy, type Viewport, zoomAt } from './viewport.ts';

/** A stretch of the recording, in seconds. */
export interface Stretch {
  from: number;
  to: number;
}

/** Beside a highlighted code the decoded waveform is drawn this far, in seconds. */
const AROUND = 0.16;

export interface EcgViewEvents {
  /** The part of the paper that is seen has changed. */
  view(): void;
  /** What the calipers say; undefined when they are put away. */
  measure(text: string | undefined): void;
  /** The pointer is over this second of the recording, or has left. */
  point(seconds: number | undefined): void;
}

/** All leads one below the other on ECG paper, on a canvas, with pan, zoom and calipers. */
export class EcgView {
  readonly #paper: Layer;
  readonly #marks: Layer;
  readonly #element: HTMLElement;
  readonly #events: EcgViewEvents;
  #traces: Trace[] = [];
  /** The decoded waveform of each trace, where there is one. */
  #decoded: (Trace | undefined)[] = [];
  #overlay = false;
  #rows: Rows = { baselines: [], height: 0, seconds: 0, scale: { speed: 25, gain: 10 } };
  #view: Viewport = { x: -MARGIN, y: 0, zoom: 4 };
  #highlight: Stretch | undefined;
  #calipers: Calipers | undefined;
  #shading: Shading | undefined;

  /** @param element holds the two canvases and takes the focus */
  constructor(element: HTMLElement, events: EcgViewEvents) {
    this.#element = element;
    this.#events = events;
    const [paper, marks] = element.querySelectorAll('canvas');
    this.#paper = new Layer(paper, (canvas, size) => this.#drawPaper(canvas, size));
    this.#marks = new Layer(marks, (canvas, size) => this.#drawMarks(canvas, size));
    listenToGestures(element, {
      grab: (at) => this.#calipers?.grab(this.#onPaper(at), this.#view.zoom) ?? false,
      drag: (at) => this.#moveCalipers((calipers) => calipers.drag(this.#onPaper(at))),
      pan: (dx, dy) => this.#look(panBy(this.#view, dx, dy)),
      zoom: (factor, at) => this.#look(zoomAt(this.#view, factor, at)),
    });
    listenToKeys(element, {
      calipers: () => this.#calipers !== undefined,
      pan: (dx, dy) => this.#look(panBy(this.#view, dx, dy)),
      zoom: (factor) => this.zoom(factor),
      fit: () => this.fit(),
      switchLeg: () => this.#moveCalipers((calipers) => (calipers.active = calipers.active ? 0 : 1)),
      moveLeg: (ms, mv) =>
        this.#moveCalipers((calipers) => {
          const { speed, gain } = this.#rows.scale;
          calipers.moveBy((ms / 1000) * speed, -mv * gain);
        }),
      putAway: () => this.toggleCalipers(false),
    });
    element.addEventListener('pointermove', (event) => {
      if (!event.buttons) this.#events.point(this.secondsAt(pointIn(element, event).x));
    });
    element.addEventListener('pointerleave', () => this.#events.point(undefined));
    new ResizeObserver(() => this.#resize()).observe(element);
  }

  get viewport(): Viewport {
    return this.#view;
  }

  get scale(): Scale {
    return this.#rows.scale;
  }

  /** Shows another recording, from its beginning. */
  show(traces: Trace[]): void {
    this.#traces = traces;
    this.#decoded = [];
    this.#highlight = undefined;
    this.#plan(this.#rows.scale);
    this.fit();
  }

  /** The decoded waveform, drawn over the recorded one around the highlighted code, or everywhere. */
  showDecoded(decoded: (Trace | undefined)[], everywhere: boolean): void {
    this.#decoded = decoded;
    this.#overlay = everywhere;
    this.#paper.redraw();
    this.#marks.redraw();
  }

  /** Goes on at least up to this second of the recording: the model may have read more than was recorded. */
  reach(seconds: number): void {
    this.#rows = { ...this.#rows, seconds: Math.max(this.#rows.seconds, seconds) };
    this.#paper.redraw();
  }

  shade(shading: Shading | undefined): void {
    this.#shading = shading;
    this.#paper.redraw();
  }

  highlight(stretch: Stretch | undefined): void {
    this.#highlight = stretch;
    this.#marks.redraw();
  }

  /** Moves the paper as little as needed to see a stretch, of a longer one the beginning. */
  reveal({ from, to }: Stretch): void {
    const { speed } = this.#rows.scale;
    const seen = this.#paper.size.width / this.#view.zoom;
    const x = Math.min(Math.max(this.#view.x, to * speed - seen + 4), from * speed - MARGIN);
    if (x !== this.#view.x) this.#look({ ...this.#view, x });
  }

  rescale(scale: Scale): void {
    const centre = (this.#view.x + this.#paper.size.width / this.#view.zoom / 2) / this.#rows.scale.speed;
    const { seconds } = this.#rows;
    this.#plan(scale);
    this.reach(seconds);
    this.#resize();
    this.#look({ ...this.#view, x: centre * scale.speed - this.#paper.size.width / this.#view.zoom / 2 });
  }

  zoom(factor: number): void {
    const { width, height } = this.#paper.size;
    this.#look(zoomAt(this.#view, factor, { x: width / 2, y: height / 2 }));
  }

  /** Ten seconds across, from the beginning. */
  fit(): void {
    this.#view = { x: -MARGIN, y: 0, zoom: this.#fitting() };
    this.#resize();
  }

  toggleCalipers(on = !this.#calipers): boolean {
    const { width, height } = this.#paper.size;
    const middle = this.#onPaper({ x: width / 2, y: Math.min(height, 320) / 2 });
    this.#calipers = on ? new Calipers(middle, this.#rows.scale) : undefined;
    this.#element.classList.toggle('measuring', on);
    this.#moveCalipers(() => {});
    if (!on) this.#events.measure(undefined);
    this.#marks.redraw();
    return on;
  }

  /** The second of the recording at a canvas pixel. */
  secondsAt(px: number): number {
    return (this.#view.x + px / this.#view.zoom) / this.#rows.scale.speed;
  }

  #onPaper({ x, y }: Point): Point {
    return { x: this.#view.x + x / this.#view.zoom, y: this.#view.y + y / this.#view.zoom };
  }

  #moveCalipers(move: (calipers: Calipers) => void): void {
    if (!this.#calipers) return;
    move(this.#calipers);
    this.#events.measure(describeMeasure(this.#calipers.measure(this.#rows.scale)));
    this.#marks.redraw();
  }

  #plan(scale: Scale): void {
    this.#rows = planRows(this.#traces, scale);
    this.#calipers = undefined;
    this.#element.classList.remove('measuring');
    this.#events.measure(undefined);
  }

  #fitting(): number {
    const { seconds, scale } = this.#rows;
    return fitZoom(this.#element.clientWidth, Math.min(10, seconds) * scale.speed);
  }

  /** The canvas is as high as the paper when it is fitted to the width. */
  #resize(): void {
    const width = this.#element.clientWidth;
    if (!width || !this.#rows.height) return;
    const height = Math.round(this.#rows.height * this.#fitting());
    const border = this.#element.offsetHeight - this.#element.clientHeight;
    this.#element.style.height = `${height + border}px`;
    const { clientHeight } = this.#element; // of a single lead more, as the paper has a least height
    this.#paper.resize(width, clientHeight);
    this.#marks.resize(width, clientHeight);
    this.#look(this.#view);
  }

  #look(view: Viewport): void {
    const paper = { width: this.#rows.seconds * this.#rows.scale.speed, height: this.#rows.height };
    const canvas = this.#paper.size;
    this.#view = clamp(view, { paper, canvas });
    // a finger scrolls the page up and down unless there is paper to move that way
    this.#element.style.touchAction = paper.height * this.#view.zoom > canvas.height + 1 ? 'none' : 'pan-y';
    this.#paper.redraw();
    this.#marks.redraw();
    this.#events.view();
  }

  #drawPaper(canvas: CanvasRenderingContext2D, size: { width: number; height: number }): void {
    drawGrid(canvas, this.#view, size);
    if (this.#shading) drawShading(canvas, this.#shading, this.#view, this.#rows.scale, size);
    const width = this.#view.zoom > 2 ? 1.25 : 1;
    const draw = (trace: Trace | undefined, row: number, colour: string) =>
      trace &&
      drawTrace(canvas, trace, this.#rows.baselines[row], this.#view, this.#rows, size.width, { colour, width });
    for (const [row, trace] of this.#traces.entries()) draw(trace, row, COLOURS.ink);
    if (this.#overlay) for (const [row, trace] of this.#decoded.entries()) draw(trace, row, COLOURS.decoded);
    drawLabels(canvas, this.#traces, this.#rows, this.#view);
    drawAxis(canvas, this.#rows, this.#view, size);
  }

  #drawMarks(canvas: CanvasRenderingContext2D, size: { width: number; height: number }): void {
    if (this.#highlight) this.#drawHighlight(canvas, size, this.#highlight);
    this.#calipers?.draw(canvas, this.#view, this.#rows.scale, size);
  }

  #drawHighlight(canvas: CanvasRenderingContext2D, size: { width: number; height: number }, { from, to }: Stretch) {
    const px = (seconds: number) => (seconds * this.#rows.scale.speed - this.#view.x) * this.#view.zoom;
    const width = Math.max(2, px(to) - px(from));
    canvas.fillStyle = COLOURS.band;
    canvas.fillRect(px(from), 0, width, size.height);
    canvas.strokeStyle = COLOURS.bandEdge;
    canvas.lineWidth = 1;
    canvas.strokeRect(Math.round(px(from)) - 0.5, -1, Math.round(width) + 1, size.height + 2);
    for (const [row, trace] of this.#decoded.entries()) {
      if (!trace) continue;
      const draw = (stretch: Stretch, penWidth: number) =>
        drawTrace(canvas, trace, this.#rows.baselines[row], this.#view, this.#rows, size.width, {
          colour: COLOURS.decoded,
          width: penWidth,
          ...stretch,
        });
      draw({ from: from - AROUND, to: to + AROUND }, 1.25);
      draw({ from, to }, 2.5);
    }
  }
}
