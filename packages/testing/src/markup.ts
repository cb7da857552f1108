const TAG = /<(\/?)([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g;
/** HTML's elements without an end tag. */
const VOID = ['meta'];

/** The first thing that is wrong with tags, attributes or escapes of SVG or HTML; undefined when all is well-formed. */
export function malformed(markup: string): string | undefined {
  const body = markup.replace(/^<!doctype html>/i, '').replace(/<style>[^<]*<\/style>/g, '');
  const open: string[] = [];
  for (const [, closing, name, , selfClosing] of body.matchAll(TAG)) {
    if (closing) {
      if (open.pop() !== name) return `unexpected </${name}>`;
    } else if (!selfClosing && !VOID.includes(name)) open.push(name);
  }
  if (open.length) return `unclosed <${open.pop()}>`;
  const text = body.replace(TAG, '');
  if (/[<>]/.test(text)) return `stray ${/.{0,20}[<>].{0,20}/.exec(text)?.[0]}`;
  return /&(?!(amp|lt|gt|quot|#39);)/.exec(markup)?.[0];
}
