/** Writes the parts of docs/ that are made from the code. `npm run docs:generate` */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../release/packages.ts';
import { entrySizes, fetchedFiles, sizesPage } from '../release/sizes.ts';
import { withGraph } from './architecture.ts';

const architecture = join(ROOT, 'docs/architecture.md');
writeFileSync(join(ROOT, 'docs/sizes.md'), sizesPage(await entrySizes(), fetchedFiles()));
writeFileSync(architecture, withGraph(readFileSync(architecture, 'utf8')));
