import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replace-kernel.ts';
import type { WasmMemory } from './memory.ts';

/** An axis of the result, and how far apart its neighbours lie in both inputs, in bytes: 0 where one is broadcast. */
interface Axis {
  length: number;
  a: number;
  b: number;
}

/** Maximum and Minimum of float32 for wasm: those of tfjs leave out the second value where it is NaN. */
export function registerExtremes(memory: WasmMemory): void {
  for (const [kernelName, larger] of [
    ['Maximum', 1],
    ['Minimum', 0],
  ] as const) {
    replaceKernel('wasm', kernelName, ({ a, b }, _, { before }) => {
      if (a.dtype !== 'float32' || b.dtype !== 'float32') return before();
      const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
      const y = memory.make(shape, 'float32');
      const [left, right, to] = [a, b, y].map((tensor) => memory.addressOf(tensor));
      const axes = joined(shape, byteSteps(a.shape, shape), byteSteps(b.shape, shape));
      const [row, value] = [axes.at(-2) ?? one, axes.at(-1) ?? one];
      const others = axes.slice(0, -2);
      const lengths = others.map(({ length }) => length);
      const strides = tf.util.computeStrides(lengths);
      for (let i = 0; i < tf.util.sizeFromShape(lengths); i++) {
        const place = tf.util.indexToLoc(i, lengths.length, strides);
        const at = (of: 'a' | 'b') => place.reduce((sum, p, axis) => sum + p * others[axis][of], 0);
        memory.run.extreme(
          larger,
          row.length,
          value.length,
          left + at('a'),
          row.a,
          value.a,
          right + at('b'),
          row.b,
          value.b,
          to + 4 * i * row.length * value.length,
        );
      }
      return y;
    });
  }
}

const one: Axis = { length: 1, a: 0, b: 0 };

/** For each axis of the result, from one value of an input to the next. */
function byteSteps(own: number[], shape: number[]): number[] {
  const padded = [...Array(shape.length - own.length).fill(1), ...own];
  return padded.map((length, axis) => (length === 1 ? 0 : 4 * tf.util.sizeFromShape(padded.slice(axis + 1))));
}

/** The axes of the result, those together that lie side by side in both inputs. */
function joined(shape: number[], a: number[], b: number[]): Axis[] {
  const axes: Axis[] = [];
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const next = { length, a: a[axis], b: b[axis] };
    const last = axes.at(-1);
    const together = last && last.a === next.a * length && last.b === next.b * length;
    if (together) axes[axes.length - 1] = { ...next, length: last.length * length };
    else axes.push(next);
  }
  return axes;
}
