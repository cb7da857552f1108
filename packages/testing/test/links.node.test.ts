import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deadMarkdownLinks, headingAnchors, markdownLinks } from '../docs/links.ts';
import { ROOT } from '../release/packages.ts';

test('no link of a committed Markdown file is dead', () => {
  const files = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  expect(files.length).toBeGreaterThan(10);
  expect(deadMarkdownLinks(ROOT, files)).toEqual([]);
});

test('docs/README.md leads to every page of docs/', () => {
  const linked = markdownLinks(readFileSync(join(ROOT, 'docs/README.md'), 'utf8'));
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(pages.filter((name) => !linked.includes(name))).toEqual([]);
});

test('a dead file, heading, reference, address and way out of the folder are found; code is not read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heartllm-links-'));
  try {
    writeFileSync(join(folder, 'b.md'), '# One `two`, three\n## Same\n## Same\n');
    const good = '[a](b.md#one-two-three) [b](b.md#same-1) [c](https://example.org/x) <a href="b.md">d</a> `[x](y)`\n';
    const bad = '[a](c.md) [b](b.md#same-2) [c](http://nowhere) [d](../x.md) [e][r]\n\n[r]: gone.md\n';
    writeFileSync(join(folder, 'a.md'), `${good}\n\`\`\`md\n[x](y)\n\`\`\`\n${bad}`);
    expect(deadMarkdownLinks(folder, ['a.md'])).toEqual([
      'a.md: c.md, there is no such file',
      'a.md: b.md#same-2, there is no such heading',
      'a.md: http://nowhere, it is no web address',
      'a.md: ../x.md, it leads out of the folder',
      'a.md: gone.md, there is no such file',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('headings have the ids that GitHub gives them', () => {
  expect([...headingAnchors('# What it *is* (and `isn_t`)\n```sh\n# no heading\n```\n### ÄB & C')]).toEqual([
    'what-it-is-and-isn_t',
    'äb--c',
  ]);
});
