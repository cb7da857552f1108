import { join } from 'node:path';
import { instance } from '@viz-js/viz';
import { ROOT } from '../release/packages.ts';
import { graph, imports, stated } from './graph.ts';

/** The picture of docs/architecture.md. */
export const PACKAGES_PICTURE = join(ROOT, 'docs/packages.svg');

/** The graph of the packages as the code has it now, drawn by Graphviz: SVG. */
export async function packagesPicture(): Promise<string> {
  const graphviz = await instance();
  const drawn = graphviz.renderString(graph(imports(), stated()), { format: 'svg' });
  return drawn.slice(drawn.indexOf('<svg')).replace('<svg', '<svg role="img" aria-label="Which package imports which"');
}
