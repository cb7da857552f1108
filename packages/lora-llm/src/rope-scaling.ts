/** How rotary frequencies are changed for longer contexts; the names of the types are those of transformers. */
export type RopeScaling =
  | {
      /** Frequencies are as `ropeTheta` gives them. */
      type: 'default';
    }
  | {
      /** All frequencies are divided by one number. */
      type: 'linear';
      /** What they are divided by: how many times longer the context becomes. */
      factor: number;
    }
  | {
      /** The base grows with the text, once that is longer than maxPositionEmbeddings. */
      type: 'dynamic';
      /** How fast it grows; 1: so that the longest wavelength just fits. */
      factor: number;
    }
  | {
      /** As in Llama 3.1: long wavelengths are stretched, short ones kept, those between blend. */
      type: 'llama3';
      /** How far the long wavelengths are stretched; 8 in Llama 3.1, 32 in Llama 3.2. */
      factor: number;
      /** Wavelengths beyond originalMaxPositionEmbeddings / lowFreqFactor tokens are long; 1 in Llama 3.1. */
      lowFreqFactor: number;
      /** Wavelengths below originalMaxPositionEmbeddings / highFreqFactor tokens are short; 4 in Llama 3.1. */
      highFreqFactor: number;
      /** Context before it was lengthened, in tokens; 8192 in Llama 3.1. */
      originalMaxPositionEmbeddings: number;
    }
  | {
      /** YaRN (Peng et al. 2023): as llama3, but the blend goes from pair to pair, and queries and keys are scaled. */
      type: 'yarn';
      /** How far the slow pairs are stretched. */
      factor: number;
      /** Context before it was lengthened, in tokens. */
      originalMaxPositionEmbeddings: number;
      /** What cosines and sines are multiplied with. */
      attentionFactor: number;
      /** Pairs that turn more often than this in the original context are kept; 32 in the paper. */
      betaFast: number;
      /** Pairs that turn less often than this are stretched; 1 in the paper. */
      betaSlow: number;
      /** Whether the bounds between them are rounded to whole pairs. */
      truncate: boolean;
    }
  | {
      /** LongRoPE (Ding et al. 2024): every pair has a factor of its own, one for short texts and one for long ones. */
      type: 'longrope';
      /** headDim / 2 factors for texts up to originalMaxPositionEmbeddings. */
      shortFactor: number[];
      /** headDim / 2 factors for texts beyond it. */
      longFactor: number[];
      /** Tokens of the longest short text. */
      originalMaxPositionEmbeddings: number;
      /** What cosines and sines are multiplied with. */
      attentionFactor: number;
    }
  | {
      /** Only the first pairs are rotated. */
      type: 'proportional';
      /** What their frequencies are divided by. */
      factor: number;
      /** The share of the pairs that are rotated, above 0 and up to 1. */
      partialRotaryFactor: number;
    };

/** Whether the frequencies of a text's first tokens depend on how long it becomes. */
export function growsWithText({ type }: RopeScaling): boolean {
  return type === 'dynamic' || type === 'longrope';
}

/** What cosines and sines are multiplied with. */
export function attentionFactor(scaling: RopeScaling): number {
  return scaling.type === 'yarn' || scaling.type === 'longrope' ? scaling.attentionFactor : 1;
}
