import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Dead links of Markdown files: a relative one whose file or heading is not there, a URL that is none. Nothing is fetched.
 *
 * @param files paths below `root`
 * @returns one line per dead link, `file: target, why`
 */
export function deadMarkdownLinks(root: string, files: readonly string[]): string[] {
  const anchors = cached((path: string) => headingAnchors(readFileSync(path, 'utf8')));
  return files.flatMap((file) =>
    markdownLinks(readFileSync(join(root, file), 'utf8')).flatMap((target) => {
      const why = whyDead(join(root, file), target, anchors, root);
      return why ? [`${file}: ${target}, ${why}`] : [];
    }),
  );
}

/** Dead links of a built site, `files` being its HTML pages. */
export function deadSiteLinks(root: string, files: readonly string[]): string[] {
  const anchors = cached((path: string) => {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('.md') ? headingAnchors(text) : htmlAnchors(text);
  });
  return files.flatMap((file) =>
    htmlLinks(readFileSync(join(root, file), 'utf8')).flatMap((target) => {
      const why = whyDead(join(root, file), target, anchors, root);
      return why ? [`${file}: ${target}, ${why}`] : [];
    }),
  );
}

function whyDead(from: string, target: string, anchors: (path: string) => Set<string>, root: string) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return /^(data|mailto):/.test(target) ? undefined : wrongUrl(target);
  const [path = '', anchor = ''] = target.split('#', 2);
  let file = path === '' ? from : join(dirname(from), decodeURIComponent(path.split('?', 1)[0]!));
  if (!file.startsWith(join(root, '/')) && file !== root) return 'it leads out of the folder';
  const kind = statSync(file, { throwIfNoEntry: false });
  if (!kind) return 'there is no such file';
  if (anchor === '') return undefined;
  if (kind.isDirectory()) file = join(file, 'README.md');
  if (!/\.(md|html)$/.test(file)) return undefined; // #L10 of a source file
  return anchors(file).has(decodeURIComponent(anchor)) ? undefined : 'there is no such heading';
}

function wrongUrl(target: string): string | undefined {
  try {
    const { protocol, hostname } = new URL(target);
    return /^https?:$/.test(protocol) && /\.[a-z]+$|^localhost$|^127\./.test(hostname)
      ? undefined
      : 'it is no web address';
  } catch {
    return 'it is no web address';
  }
}

/** Targets of inline links, images, reference definitions and HTML attributes, those in code left out. */
export function markdownLinks(text: string): string[] {
  const prose = withoutCode(text);
  const inline = prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
  const definitions = prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm);
  return [...[...inline, ...definitions].map((match) => match[1]!), ...htmlLinks(prose)];
}

/** Ids that GitHub gives the headings of a Markdown file. */
export function headingAnchors(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, title] of withoutFences(text).matchAll(/^ {0,3}#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = title!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let unique = slug;
    for (let n = 1; anchors.has(unique); n++) unique = `${slug}-${n}`;
    anchors.add(unique);
  }
  for (const id of htmlAnchors(text)) anchors.add(id);
  return anchors;
}

function htmlLinks(text: string): string[] {
  return [...text.matchAll(/<[a-z][^>]*?\s(?:href|src)="([^"]*)"/gi)].map((match) =>
    match[1]!.replaceAll('&amp;', '&'),
  );
}

function htmlAnchors(text: string): Set<string> {
  return new Set([...text.matchAll(/\s(?:id|name)="([^"]+)"/g)].map((match) => match[1]!));
}

const withoutFences = (text: string) => text.replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2`*\s*$/gm, '');
const withoutCode = (text: string) => withoutFences(text).replace(/(`+)[\s\S]*?\1/g, '');

function cached<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key)!;
  };
}
