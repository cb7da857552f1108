/** Writes the parts of docs/ that are made from the code. `npm run docs:generate` */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../release/packages.ts';
import { entrySizes, loadedLater, sizesPage } from '../release/sizes.ts';
import { PACKAGES_PICTURE, packagesPicture } from './architecture.ts';
import { guideCommands, runCommands, withOutputs } from './guide-commands.ts';

const sizes = await entrySizes();
writeFileSync(join(ROOT, 'docs/sizes.md'), sizesPage(sizes, loadedLater(sizes)));
writeFileSync(PACKAGES_PICTURE, await packagesPicture());
for (const name of readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md'))) {
  const guide = readFileSync(join(ROOT, 'docs', name), 'utf8');
  const commands = guideCommands(guide);
  if (commands.length) writeFileSync(join(ROOT, 'docs', name), withOutputs(guide, runCommands(commands)));
}
