import { table } from '../terminal/terminal.ts';
import type { WhyEvaluation } from './evaluate-why.ts';
import type { Estimate } from './score-why.ts';
import { ASKED_PARTS } from './wave-questions.ts';
import { PARTS } from './wave-shares.ts';

/** For people: where attention and occlusion fall, by what was asked about. */
export function whyLines(result: WhyEvaluation): string[] {
  const { maps, masking, onEcg, time } = result;
  const left = Object.entries(result.leftOut).filter(([, count]) => count > 0);
  const names = Object.keys(maps);
  return [
    `${result.dataset}: ${result.records} records, ${result.questions.length} questions about each${left.map(([name, count]) => `, ${count} ${name.replace(/([A-Z])/g, ' $1').toLowerCase()}`).join('')}`,
    '95 % intervals in brackets, by the bootstrap over records',
    '',
    ...table(
      [
        ['asked about', 'question', 'yes'],
        ...result.questions.map(({ part, question, yes }) => [part, question, percent(yes)]),
      ],
      '  ',
    ),
    '',
    `share of the time: ${PARTS.map((part) => `${part} ${percent(time[part])}`).join(', ')}`,
    `share of the attention that is on the ECG: ${Object.entries(onEcg)
      .map(([name, { value }]) => `${name} ${percent(value)}`)
      .join(', ')}`,
    ...['rollout', 'occlusion'].flatMap((name) => [
      '',
      `${TITLES[name]}: share of its mass against share of the time (1: as any moment)`,
      ...table(
        [
          ['asked about', ...PARTS],
          ...ASKED_PARTS.map((asked) => [asked, ...PARTS.map((part) => figure(maps[name].enrichment[asked][part]))]),
          ['T, turned round', ...PARTS.map((part) => figure(maps[name].turned.T[part]))],
        ],
        '  ',
      ),
    ]),
    '',
    'does it look more at a part when it is asked about that part? (enrichment then, less enrichment with other questions; 0: no)',
    ...table(
      [
        ['', ...ASKED_PARTS, 'mean'],
        ...names.map((name) => [
          TITLES[name] ?? `attention, ${name}`,
          ...ASKED_PARTS.map((part) => figure(maps[name].specificity[part])),
          figure(maps[name].meanSpecificity),
        ]),
      ],
      '  ',
    ),
    '',
    'all waves of a kind masked: change of log p of the answer against that of the same pattern elsewhere (1: as any codes)',
    ...table(
      [
        ['asked about', ...ASKED_PARTS],
        ...ASKED_PARTS.map((asked) => [asked, ...ASKED_PARTS.map((part) => figure(masking.ratio[asked][part]))]),
        ['when asked, less with others', ...ASKED_PARTS.map((part) => figure(masking.specificity[part]))],
      ],
      '  ',
    ),
    `  mean of the last row: ${figure(masking.meanSpecificity)}; mean change of log p with T masked, asked about T: ${figure(masking.change.T.T)} nats`,
    '',
    `rank correlation of attention (rolled out) and occlusion over windows of ${result.window} codes: ${figure(result.agreement)}`,
  ];
}

const TITLES: Record<string, string> = { rollout: 'attention, rolled out', occlusion: 'occlusion' };

function figure({ value, interval }: Estimate): string {
  if (Number.isNaN(value)) return '-';
  return interval ? `${value.toFixed(2)} [${interval.map((end) => end.toFixed(2)).join(' ')}]` : value.toFixed(2);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
