import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guideCommands, masked, runCommands, shortened } from '../docs/guide-commands.ts';
import { ROOT } from '../release/packages.ts';

const guides = readdirSync(join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, commands: guideCommands(readFileSync(join(ROOT, 'docs', name), 'utf8')) }))
  .filter(({ commands }) => commands.length > 0);

describe('the commands in docs/ print what stands below them, but for figures (else: npm run docs:generate)', () => {
  test.each(guides)('$name', ({ commands }) => {
    const outputs = runCommands(commands);
    for (const [i, { command, printed }] of commands.entries()) {
      const expected = [`$ ${command}`, ...printed.map(masked)];
      expect([`$ ${command}`, ...shortened(outputs[i]!, printed).map(masked)]).toEqual(expected);
    }
  });
});

test('a command over two lines, left out lines and figures are read as such', () => {
  const [first, second] = guideCommands('```console\n$ a \\\n  b\n1 x\n...\n3 z\n\n$ c\n```\n');
  expect(first).toEqual({ command: 'a \\\n  b', printed: ['1 x', '...', '3 z'] });
  expect(second).toEqual({ command: 'c', printed: [] });
  expect(shortened(['1 x', '2 y', '2 y', '9 z'], first!.printed)).toEqual(['1 x', '...', '9 z']);
  expect(masked('  12  34 x 0.5 s')).toBe('# x # s');
});
