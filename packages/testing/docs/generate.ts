/** Writes the pages of docs/ that are made from the code. `npm run docs:generate` */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../release/packages.ts';
import { entrySizes, fetchedFiles, sizesPage } from '../release/sizes.ts';

writeFileSync(join(ROOT, 'docs/sizes.md'), sizesPage(await entrySizes(), fetchedFiles()));
