import { ecgPaper, escapeText, type PrintableEcg } from '@heartllm/ecg-plot';
import { definitions } from '../html-page.ts';
import type { Explanation } from './explain.ts';
import { beatsOf } from './strongest.ts';
import { NOT_EVIDENCE, whyFacts } from './tell.ts';

/** An explanation as a page shows it. */
export interface PageWhy {
  /** What was asked: a question, or 'Report'. */
  asked: string;
  /** Drawn twice on ECG paper, shaded by attention and by occlusion. */
  explanation: Explanation;
}

const ATTENTION = ['#f08c00', '#f08c00'] as const;
const OCCLUSION = ['#7048e8', '#0ca678'] as const;

/** HTML: the ECG shaded by attention and by occlusion, with what stands out in words. */
export function whySection(record: PrintableEcg, { asked, explanation }: PageWhy): string {
  const { attention, occlusion } = explanation;
  const figures = [
    {
      shading: {
        values: attention.rollout,
        label: 'attention, rolled out: the darker, the more. Alone it is not evidence',
        colours: ATTENTION,
      },
      caption: `Where the model looked while it wrote, over all its layers (attention rollout). ${NOT_EVIDENCE}`,
    },
    {
      shading: {
        values: occlusion,
        label: 'occlusion: the answer gets less likely without it | more likely. Attention alone is not evidence',
        colours: OCCLUSION,
      },
      caption:
        'What the answer hangs on: stretches of the ECG were masked, one after the other, and the probability of the answer computed again. Shades are relative to the strongest: weak effects look as dark as strong ones.',
    },
  ];
  const drawn = figures.map(
    ({ shading, caption }) =>
      `<figure>\n${ecgPaper(record, { shading })}\n<figcaption>${escapeText(caption)}</figcaption></figure>`,
  );
  const facts: [string, string][] = [['Answer', explanation.answer], ...whyFacts(explanation, beatsOf(record))];
  return `${definitions(`Why: ${asked}`, facts)}\n${drawn.join('\n')}`;
}
