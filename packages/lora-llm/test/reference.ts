import type { LlamaConfig } from '@heartllm/lora-llm';

/** A weight of the reference: float64, row-major. */
export interface Weight {
  shape: number[];
  data: ArrayLike<number>;
}

type Weights = Map<string, Weight>;

/**
 * Llama in float64 with plain loops, one token after another, written from the papers: an oracle without tensors.
 *
 * @param loraScale the factor on B A x of layers that have lora_A and lora_B.
 * @returns [T][V] logits of one sequence.
 */
export function referenceLogits(config: LlamaConfig, weights: Weights, loraScale: number, ids: number[]): number[][] {
  const { headDim, numAttentionHeads: heads, numKeyValueHeads: groups, hiddenSize } = config;
  const get = (name: string) => weights.get(name) as Weight;
  const matrix = ({ shape: [rows, columns], data }: Weight, x: number[]) =>
    Array.from({ length: rows }, (_, o) => x.reduce((sum, value, i) => sum + value * data[o * columns + i], 0));
  const layer = (module: string, x: number[]) => {
    const y = matrix(get(`${module}.weight`), x);
    const a = weights.get(`base_model.model.${module}.lora_A.weight`);
    if (!a) return y;
    const added = matrix(get(`base_model.model.${module}.lora_B.weight`), matrix(a, x));
    return y.map((value, i) => value + loraScale * added[i]);
  };
  const norm = (name: string, x: number[]) => {
    const scale = 1 / Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + config.rmsNormEps);
    return x.map((value, i) => value * scale * get(name).data[i]);
  };
  const plus = (x: number[], y: number[]) => x.map((value, i) => value + y[i]);
  const head = (y: number[], h: number) => y.slice(h * headDim, (h + 1) * headDim);
  const turn = (y: number[], position: number) =>
    y.map((value, i) => {
      const half = headDim / 2;
      const angle = position * frequency(config, i % half);
      return value * Math.cos(angle) + (i < half ? -y[i + half] : y[i - half]) * Math.sin(angle);
    });

  let states = ids.map((id) => Array.from({ length: hiddenSize }, (_, i) => get(embedding).data[id * hiddenSize + i]));
  for (let l = 0; l < config.numHiddenLayers; l++) {
    const prefix = `model.layers.${l}`;
    const normed = states.map((x) => norm(`${prefix}.input_layernorm.weight`, x));
    const [q, k, v] = ['q', 'k', 'v'].map((p) => normed.map((x) => layer(`${prefix}.self_attn.${p}_proj`, x)));
    states = states.map((x, t) => {
      const seen = Array.from({ length: heads }, (_, h) => {
        const group = Math.floor((h * groups) / heads);
        const query = turn(head(q[t], h), t);
        const scores = Array.from({ length: t + 1 }, (_, s) =>
          Math.exp(dot(query, turn(head(k[s], group), s)) / Math.sqrt(headDim)),
        );
        const total = scores.reduce((a, b) => a + b);
        return scores
          .map((score, s) => head(v[s], group).map((value) => (value * score) / total))
          .reduce((a, b) => plus(a, b));
      }).flat();
      return plus(x, layer(`${prefix}.self_attn.o_proj`, seen));
    });
    states = states.map((x) => {
      const y = norm(`${prefix}.post_attention_layernorm.weight`, x);
      const up = layer(`${prefix}.mlp.up_proj`, y);
      const gated = layer(`${prefix}.mlp.gate_proj`, y).map((g, i) => (g / (1 + Math.exp(-g))) * up[i]);
      return plus(x, layer(`${prefix}.mlp.down_proj`, gated));
    });
  }
  const output = get(config.tieWordEmbeddings ? embedding : 'lm_head.weight');
  return states.map((x) => matrix(output, norm('model.norm.weight', x)));
}

/** Mean cross-entropy of the labels that are not -100, over sequences given without their padding. */
export function referenceLoss(
  config: LlamaConfig,
  weights: Weights,
  loraScale: number,
  rows: { ids: number[]; labels: number[] }[],
): number {
  const losses = rows.flatMap(({ ids, labels }) => {
    const logits = referenceLogits(config, weights, loraScale, ids);
    return labels.slice(1).flatMap((label, t) => {
      if (label === -100) return [];
      return [Math.log(logits[t].reduce((sum, x) => sum + Math.exp(x), 0)) - logits[t][label]];
    });
  });
  return losses.reduce((a, b) => a + b) / losses.length;
}

const embedding = 'model.embed_tokens.weight';
const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0);

/** Llama 3.1's RoPE as its authors state it: by wavelength. */
function frequency({ ropeTheta, ropeScaling: rope, headDim }: LlamaConfig, pair: number): number {
  const plain = ropeTheta ** ((-2 * pair) / headDim);
  if (rope.type === 'default') return plain;
  if (rope.type === 'linear') return plain / rope.factor;
  if (rope.type !== 'llama3') throw new Error(`${rope.type} is compared with transformers only`);
  const wavelength = (2 * Math.PI) / plain;
  const context = rope.originalMaxPositionEmbeddings;
  if (wavelength < context / rope.highFreqFactor) return plain;
  if (wavelength > context / rope.lowFreqFactor) return plain / rope.factor;
  const smooth = (context / wavelength - rope.lowFreqFactor) / (rope.highFreqFactor - rope.lowFreqFactor);
  return ((1 - smooth) * plain) / rope.factor + smooth * plain;
}
