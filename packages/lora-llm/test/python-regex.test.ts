import { describe, expect, test } from 'vitest';
import { compile, Effort } from '../src/python-regex/match.ts';
import { PatternError } from '../src/python-regex/nodes.ts';
import { readJson } from './golden.ts';

type Results = Record<string, [fullmatch: boolean, match: boolean]>;
const cases = await readJson<[pattern: string, results: Results | null][]>('regexes.json');
const steps = 1e7;

describe("Python's re", () => {
  test('matches the same texts, as fullmatch and as match', () => {
    for (const [source, results] of cases) {
      if (!results) continue;
      const pattern = compile(source, new Effort(steps));
      const found = Object.keys(results).map((text) => [text, [pattern.fullmatch(text), pattern.match(text)]]);
      expect([source, Object.fromEntries(found)]).toEqual([source, results]);
    }
  });

  test('refuses the same patterns', () => {
    for (const [source, results] of cases) {
      if (results) continue;
      expect(() => compile(source, new Effort(steps)), source).toThrow(PatternError);
    }
  });

  test.each([
    ['(', 'missing ), unterminated subpattern at position 0'],
    ['a)', 'unbalanced parenthesis at position 1'],
    ['*a', 'nothing to repeat at position 0'],
    ['a**', 'multiple repeat at position 2'],
    ['a{2,1}', 'min repeat greater than max repeat at position 1'],
    ['[z-a]', 'bad character range at position 1'],
    ['[a', 'unterminated character set at position 0'],
    ['\\q', 'bad escape \\q at position 0'],
    ['a(?i)', "unknown extension '(?i' at position 1"],
    ['(a)\\1', 'a backreference, which is not supported, at position 3'],
    ['(?P<n>a)(?P=n)', 'a backreference, which is not supported, at position 8'],
    ['(a)?(?(1)b)', 'a condition, which is not supported, at position 4'],
    ['('.repeat(200), 'more than 100 groups in each other at position 101'],
  ])('%s: %s', (source, message) => {
    expect(() => compile(source, new Effort(steps))).toThrow(
      new PatternError(message.replace(/ at position \d+$/, ''), Number(/\d+$/.exec(message)?.[0])),
    );
  });
});

// each takes a matcher that backtracks longer than anybody waits, or more stack than there is
test.each([
  '(a+)+$',
  '(.*)*x',
  '(.*.*.*.*.*.*.*.*.*.*)*x',
  '((((.{1000}){1000}){1000}){1000}){1000}',
  '((((.?){1000}){1000}){1000}){1000}x',
  '(x|x.|.x|.)*y',
  `${'('.repeat(90)}.*${')*'.repeat(90)}x`,
  `${'('.repeat(99)}.?${'){40}'.repeat(99)}x`,
  '(.*.*)'.repeat(2000),
  '(?=(.*)+)'.repeat(5000),
])('%.40s comes to an end, if need be without an answer', (source) => {
  const matching = () => compile(source, new Effort(steps)).fullmatch('model.layers.31.self_attn.q_proj');
  try {
    expect(matching()).toBe(source.startsWith('(.*.*)(') || source.startsWith('(?='));
  } catch (error) {
    expect(error).toEqual(new PatternError('takes too long to match, given up', 0));
  }
});
