/** Writes the parts of docs/ that are made from the code. `npm run docs:generate` */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../release/packages.ts';
import { entrySizes, loadedLater, sizesPage } from '../release/sizes.ts';
import { PACKAGES_PICTURE, packagesPicture } from './architecture.ts';
import { guideCommands, runCommands, withOutputs } from './guide-commands.ts';
import { filesPassed, walk, withFilesPassed } from './walk.ts';

const sizes = await entrySizes();
writeFileSync(join(ROOT, 'docs/sizes.md'), sizesPage(sizes, loadedLater(sizes)));
writeFileSync(PACKAGES_PICTURE, await packagesPicture());
const passed = filesPassed(walk());
for (const name of readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md'))) {
  const guide = withFilesPassed(readFileSync(join(ROOT, 'docs', name), 'utf8'), passed);
  const commands = guideCommands(guide);
  writeFileSync(join(ROOT, 'docs', name), commands.length ? withOutputs(guide, runCommands(commands)) : guide);
}
