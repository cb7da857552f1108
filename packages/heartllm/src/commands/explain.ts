import type { Knowledge } from '@heartllm/constrain';
import type { EcgRecord } from '@heartllm/ecg-io';
import type { HeartLlm } from '../pipeline.ts';
import type { EcgInput } from '../results.ts';
import { progress } from '../terminal/progress.ts';
import { type Terminal, wrap } from '../terminal/terminal.ts';
import type { ExplainEvent, Explanation } from '../why/explain.ts';
import type { PageWhy } from '../why/section.ts';
import { beatsOf } from '../why/strongest.ts';
import { NOT_EVIDENCE, tellWhy, whyFacts } from '../why/tell.ts';

/** Help text of --why. */
export const WHY = 'show where the model looked (attention), and what the answer hangs on (occlusion): takes seconds';

/** What was asked of the model: a question, or without one a report. */
interface Asked {
  question?: string;
  background?: string;
}

/** Explains one text that the model writes after the other, and tells the progress. */
export async function explainEach(
  model: HeartLlm,
  ecg: EcgInput,
  asked: readonly Asked[],
  constrain: Knowledge | undefined,
  terminal: Terminal,
): Promise<PageWhy[]> {
  const reasons: PageWhy[] = [];
  for (const { question, background } of asked) {
    let bar: ReturnType<typeof progress> | undefined;
    const onProgress = (event: ExplainEvent) => {
      if (event.type !== 'occlusion') return;
      bar ??= progress(terminal, 'masking', event.total, event.done);
      bar.update(event.done);
    };
    const options = { onProgress, constrain };
    try {
      const explanation: Explanation =
        question === undefined
          ? await model.explainReport(ecg, undefined, { ...options, background })
          : await model.explain(ecg, question, undefined, options);
      reasons.push({ asked: question ?? 'Report', explanation });
    } finally {
      bar?.stop();
    }
  }
  return reasons;
}

/** The field `why` of --json. */
export function whyFields({ explanation }: PageWhy, ecg: EcgRecord) {
  const { attention, occlusion, windows, agreement, logProbability } = explanation;
  const beats = beatsOf(ecg);
  const { onEcg, ...told } = tellWhy(explanation, beats);
  return {
    logProbability,
    ...told,
    attention: {
      onEcg,
      rollout: numbers(attention.rollout),
      layers: attention.layers.map(numbers),
      tokens: attention.tokens.map(({ text, rollout }) => ({ text, rollout: numbers(rollout) })),
    },
    occlusion: numbers(occlusion),
    windows,
    agreement,
    rPeaks: beats.rPeaks,
  };
}

/** For people. */
export function whyLines({ asked, explanation }: PageWhy, ecg: EcgRecord, columns: number): string[] {
  const indent = 14;
  const lines = whyFacts(explanation, beatsOf(ecg)).flatMap(([term, text]) => {
    const [first, ...more] = wrap(text.split(' '), columns, ' '.repeat(indent));
    return [`  ${term.padEnd(indent - 2)}${first.trimStart()}`, ...more];
  });
  return [`Why: ${asked}`, ...lines, ...wrap(NOT_EVIDENCE.split(' '), columns, '  ')];
}

/** Four digits: single precision has seven, and nobody reads them. */
function numbers(values: Float32Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(4)));
}
