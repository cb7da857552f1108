import type { EncoderConfig } from '@heartllm/lead-encoder/config';
import { conv, pack, type Weight } from './pack.ts';
import { eights, type Planner, type Rows } from './plan.ts';
import type { Weights } from './weights.ts';

const WIDTHS = [3, 5, 7, 1] as const;
/** Added to the variance, PyTorch's default. */
const EPS = 1e-5;
/** The fourth branch reads the pooled input. */
const POOLED = 3;

/** Kernels of one layer over its input; a pooled branch apart. */
interface Mix {
  /** The widest kernel that any of eight channels has; 0 for none. */
  width(octet: number): number;
  weight: Weight;
  /** Undefined where none of the eight channels reads the pooled input. */
  pooled(octet: number): Weight | undefined;
}

type BlockForm = Pick<EncoderConfig, 'variant' | 'groups' | 'causal'>;

/** Plans the building block of encoder and decoder, described in resInception of @heartllm/lead-encoder. */
export function resInception(planner: Planner, weights: Weights, name: string, x: Rows, form: BlockForm): Rows {
  const { variant, causal = false } = form;
  const channels = weights(`${name}.norm.weight`).length;
  const branches = WIDTHS.map((_, i) => weights(`${name}.inc.b${i + 1}.weight`));
  const mix =
    variant === 'code' ? concatenated(branches, x.channels, channels, causal) : summed(branches, x.channels, causal);
  const y = planner.rows(channels, x.length);
  const statistics = causal ? undefined : planner.statistics(channels);

  if (variant === 'code') {
    const pooled = planner.maxPool(x, causal);
    const skip = matched(planner, weights, name, x, y);
    for (let octet = 0; octet < eights(channels); octet++) {
      const width = mix.width(octet);
      const point = mix.pooled(octet);
      if (width > 0) {
        const packed = pack(x, octet, channels, width, mix.weight);
        const last = point ? undefined : statistics;
        planner.dots({ x, y, octet, weights: packed, first: -reach(width, causal), init: skip, statistics: last });
      }
      if (point) {
        const init = width > 0 ? y : skip;
        planner.dots({
          x: pooled,
          y,
          octet,
          weights: pack(pooled, octet, channels, 1, point),
          first: 0,
          init,
          statistics,
        });
      }
    }
    norm(planner, weights, name, y, statistics, form);
    return y;
  }

  for (let octet = 0; octet < eights(channels); octet++) {
    const packed = pack(x, octet, channels, 7, mix.weight);
    planner.dots({ x, y, octet, weights: packed, first: -reach(7, causal), statistics });
  }
  norm(planner, weights, name, y, statistics, form);
  const skip = x.channels === channels ? identity : conv(weights(`${name}.match.weight`), x.channels, 1);
  for (let octet = 0; octet < eights(channels); octet++) {
    planner.dots({ x, y, octet, weights: pack(x, octet, channels, 1, skip), first: 0, init: y });
  }
  return y;
}

/** How many samples before its own a kernel begins. */
function reach(width: number, causal: boolean): number {
  return causal ? width - 1 : width >> 1;
}

/** GroupNorm from what was gathered while y was written, or running statistics, which are a scale and a shift. */
function norm(
  planner: Planner,
  weights: Weights,
  name: string,
  y: Rows,
  statistics: number | undefined,
  { groups }: BlockForm,
): void {
  const [scale, shift] = [weights(`${name}.norm.weight`), weights(`${name}.norm.bias`)];
  if (statistics !== undefined) {
    planner.normalize(y, statistics, scale, shift, groups);
    return;
  }
  const [mean, variance] = [weights(`${name}.norm.running_mean`), weights(`${name}.norm.running_var`)];
  const group = (channel: number) => Math.floor((channel * groups) / y.channels);
  const scales = Float64Array.from(scale, (value, c) => value / Math.sqrt(variance[group(c)] + EPS));
  planner.scaleShift(
    y,
    Float32Array.from(scales),
    Float32Array.from(shift, (value, c) => value - mean[group(c)] * scales[c]),
  );
}

const identity: Weight = (out, cin) => (out === cin ? 1 : 0);

/** What the sums start from: the layer's input, or a width-1 convolution of it where the number of channels changes. */
function matched(planner: Planner, weights: Weights, name: string, x: Rows, y: Rows): Rows {
  if (x.channels === y.channels) return x;
  const match = conv(weights(`${name}.match.weight`), x.channels, 1);
  for (let octet = 0; octet < eights(y.channels); octet++) {
    planner.dots({ x, y, octet, weights: pack(x, octet, y.channels, 1, match), first: 0 });
  }
  return y;
}

/** 'code': a quarter of the channels each from kernels of width 3, 5, 7, and of width 1 over the pooled input. */
function concatenated(branches: Float32Array[], cin: number, channels: number, causal: boolean): Mix {
  const perBranch = channels / 4;
  const branchOf = (out: number) => Math.floor(out / perBranch);
  const inOctet = (octet: number) =>
    Array.from({ length: Math.min(8, channels - octet * 8) }, (_, i) => branchOf(octet * 8 + i));
  const width = (octet: number) =>
    Math.max(0, ...inOctet(octet).map((branch) => (branch === POOLED ? 0 : WIDTHS[branch])));
  return {
    width,
    // a narrower kernel sits in the middle of the widest one of its eight channels, or, causal, at its end
    weight(out, c, tap) {
      const branch = branchOf(out);
      const own = WIDTHS[branch];
      const inner = tap - reach(width(out >> 3), causal) + reach(own, causal);
      if (branch === POOLED || inner < 0 || inner >= own) return 0;
      return branches[branch][((out % perBranch) * cin + c) * own + inner];
    },
    pooled(octet) {
      if (!inOctet(octet).includes(POOLED)) return undefined;
      return (out, c) => (branchOf(out) === POOLED ? branches[POOLED][(out % perBranch) * cin + c] : 0);
    },
  };
}

/** 'paper': kernels of widths 3, 5, 7 and 1 summed, which is one kernel of width 7. */
function summed(branches: Float32Array[], cin: number, causal: boolean): Mix {
  return {
    width: () => 7,
    weight(out, c, tap) {
      let sum = 0;
      for (const [i, width] of WIDTHS.entries()) {
        const inner = tap - reach(7, causal) + reach(width, causal);
        if (inner >= 0 && inner < width) sum += branches[i][(out * cin + c) * width + inner];
      }
      return sum;
    },
    pooled: () => undefined,
  };
}
