import { COLOURS } from './draw.ts';
import type { Scale } from './rows.ts';
import type { Viewport } from './viewport.ts';

/** A point on the paper, in mm. */
interface Place {
  x: number;
  y: number;
}

/** What the calipers measure. */
export interface Measure {
  /** Between the legs, in ms. */
  ms: number;
  /** From the first to the second leg, upwards positive, in mV. */
  mv: number;
  /** Beats per minute if the legs stand on two beats; undefined where they are closer than 200 ms. */
  perMinute?: number;
}

/** How close a pointer has to be to take a leg, in CSS pixels: a fingertip. */
const REACH = 22;

/** Two legs on the paper: their distance in time and voltage. Legs are moved one at a time. */
export class Calipers {
  readonly legs: [Place, Place];
  /** The leg that moves. */
  active: 0 | 1 = 1;
  /** From where a leg was taken to its middle, so that it does not jump under the finger. */
  #held: Place = { x: 0, y: 0 };

  /** Begins with 600 ms and 1 mV, a size that is easy to take hold of. */
  constructor(at: Place, { speed, gain }: Scale) {
    this.legs = [
      { x: at.x - 0.3 * speed, y: at.y + 0.5 * gain },
      { x: at.x + 0.3 * speed, y: at.y - 0.5 * gain },
    ];
  }

  measure({ speed, gain }: Scale): Measure {
    const [a, b] = this.legs;
    const ms = Math.round((Math.abs(b.x - a.x) / speed) * 1000);
    return { ms, mv: (a.y - b.y) / gain, ...(ms >= 200 && { perMinute: Math.round(60_000 / ms) }) };
  }

  /** Takes the leg under a pointer, if there is one. */
  grab(at: Place, zoom: number): boolean {
    const [a, b] = this.legs.map((leg) => Math.hypot(leg.x - at.x, leg.y - at.y) * zoom);
    if (Math.min(a, b) > REACH) return false;
    this.active = a < b ? 0 : 1;
    const leg = this.legs[this.active];
    this.#held = { x: leg.x - at.x, y: leg.y - at.y };
    return true;
  }

  /** Moves the leg that was taken with a pointer. */
  drag(at: Place): void {
    this.legs[this.active] = { x: at.x + this.#held.x, y: at.y + this.#held.y };
  }

  moveBy(dx: number, dy: number): void {
    const { x, y } = this.legs[this.active];
    this.legs[this.active] = { x: x + dx, y: y + dy };
  }

  draw(canvas: CanvasRenderingContext2D, view: Viewport, scale: Scale, size: { width: number; height: number }): void {
    const [a, b] = this.legs.map(({ x, y }) => ({ x: (x - view.x) * view.zoom, y: (y - view.y) * view.zoom }));
    canvas.fillStyle = COLOURS.caliperFill;
    canvas.fillRect(a.x, a.y, b.x - a.x, b.y - a.y);
    canvas.strokeStyle = COLOURS.caliper;
    canvas.lineWidth = 1;
    canvas.setLineDash([4, 3]);
    for (const { x, y } of [a, b]) {
      canvas.beginPath();
      canvas.moveTo(x, 0);
      canvas.lineTo(x, size.height);
      canvas.moveTo(Math.min(a.x, b.x) - 24, y);
      canvas.lineTo(Math.max(a.x, b.x) + 24, y);
      canvas.stroke();
    }
    canvas.setLineDash([]);
    for (const [i, { x, y }] of [a, b].entries()) {
      canvas.beginPath();
      canvas.arc(x, y, i === this.active ? 8 : 6, 0, 2 * Math.PI);
      canvas.fillStyle = i === this.active ? COLOURS.caliper : '#fff';
      canvas.fill();
      canvas.lineWidth = 2;
      canvas.stroke();
    }
    drawReadout(canvas, describeMeasure(this.measure(scale)), { x: (a.x + b.x) / 2, y: Math.min(a.y, b.y) }, size);
  }
}

/** '812 ms, 74 per minute, 1.24 mV' */
export function describeMeasure({ ms, mv, perMinute }: Measure): string {
  const rate = perMinute === undefined ? '' : `, ${perMinute} per minute`;
  return `${ms} ms${rate}, ${mv < 0 ? '\u2212' : ''}${Math.abs(mv).toFixed(2)} mV`;
}

function drawReadout(
  canvas: CanvasRenderingContext2D,
  text: string,
  at: Place,
  size: { width: number; height: number },
): void {
  canvas.font = '600 13px system-ui, sans-serif';
  const width = canvas.measureText(text).width + 16;
  const left = Math.min(Math.max(4, at.x - width / 2), Math.max(4, size.width - width - 4));
  const top = Math.min(Math.max(4, at.y - 38), size.height - 30);
  canvas.fillStyle = COLOURS.caliper;
  canvas.beginPath();
  canvas.roundRect(left, top, width, 26, 6);
  canvas.fill();
  canvas.fillStyle = '#fff';
  canvas.textBaseline = 'middle';
  canvas.fillText(text, left + 8, top + 13.5);
  canvas.textBaseline = 'alphabetic';
}
