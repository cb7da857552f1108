import { malformed, spikes } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOT_A_DEVICE, type ReportPage, reportHtml } from '../src/index.ts';

const model = { name: 'nano', description: 'A small model.', training: 'Trained on PTB-XL.', license: 'MIT' };

function page(changes: Partial<ReportPage> = {}): string {
  return reportHtml({ record: spikes({ seconds: 1, fs: 100 }), answers: [], model, ...changes });
}

describe('report page', () => {
  test('shows record, ECG, codes, answers, report, model, training and what it is not', () => {
    const html = page({
      codes: [1, 2, 2],
      mse: 0.25,
      answers: [{ question: 'Is this a normal ECG?', text: 'no', label: 'yes' }],
      control: { record: 'another', answers: [{ question: 'Is this a normal ECG?', text: 'yes' }] },
      report: 'sinus rhythm.',
      backend: 'wasm (WebAssembly)',
      warnings: ['lead I has a gap'],
    });
    const text = html.replace(/<style>[^<]*<\/style>/, '').replace(/<[^>]+>/g, '\n');
    for (const expected of [
      'HeartLLM report: spikes',
      '12 leads, 1 s, 100 Hz',
      '3, of which 2 different',
      'mean squared error 0.250 on the z-scored signal',
      'Is this a normal ECG?',
      'sinus rhythm.',
      'The same questions about another ECG, another',
      'Trained on PTB-XL.',
      'wasm (WebAssembly)',
      'lead I has a gap',
      NOT_A_DEVICE,
    ]) {
      expect(text).toContain(expected);
    }
    expect(html).toContain('<th scope="row">Is this a normal ECG?</th><td>no</td><td class="label">yes</td>');
    expect(malformed(html)).toBeUndefined();
  });

  test('is self-contained: no scripts, no requests', () => {
    const html = page({ codes: [1], report: 'https://example.org' });
    const markup = html.replaceAll('http://www.w3.org/2000/svg', '').replace(/>[^<]*</g, '><');
    expect(markup).not.toMatch(/<script|<link|<img|<iframe|href=|src=|url\(|@import|https?:|\son\w+=/i);
    expect(html).toContain("default-src 'none'");
  });

  test('header comments and the recording date, which may name the patient, stay out', () => {
    const record = { ...spikes(), comments: ['Name: Jane Doe'], startTime: new Date('2020-02-03') };
    expect(page({ record })).not.toMatch(/Jane|2020/);
  });

  test('all text is escaped, whatever it is', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const record = { ...spikes({ seconds: 1, fs: 50 }), name: a };
        const answers = [{ question: a, text: b, label: c }];
        const html = page({ record, answers, report: b, backend: c, warnings: [a], model: { ...model, training: b } });
        expect(malformed(html)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
    expect(page({ report: '</p><script>alert(1)</script>' })).toContain(
      '&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;',
    );
  });

  test('an empty answer is named as such', () => {
    expect(page({ answers: [{ question: 'Is this a normal ECG?', text: ' ' }] })).toContain('(empty)');
  });
});
