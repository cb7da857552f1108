import { graph, imports, stated } from './graph.ts';

const BEGIN = '<!-- packages: written by npm run docs:generate -->\n';
const END = '<!-- /packages -->';

/** docs/architecture.md with the graph of the packages as the code has it now. */
export function withGraph(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`docs/architecture.md: expected ${BEGIN.trim()} ... ${END}`);
  return `${before}${BEGIN}\n\`\`\`mermaid\n${graph(imports(), stated())}\n\`\`\`\n\n${END}${after}`;
}
