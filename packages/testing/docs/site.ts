/**
 * Builds docs/site: the guides of docs/ and every public name of every package, by typedoc. Fails for a public name or a
 * property of one without a docstring, for a link in a docstring that leads nowhere, and for a dead link in the built pages.
 * `npm run docs`
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import { packages, ROOT } from '../release/packages.ts';
import { deadSiteLinks } from './links.ts';

const out = join(ROOT, 'docs/site');
const guides = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
const documented = packages().filter(({ manifest }) => manifest.exports?.['.']);

const perPackage: Partial<TypeDocOptions> = {
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  skipErrorChecking: true, // `npm run check` does it
  requiredToBeDocumented: ['Class', 'Interface', 'Function', 'TypeAlias', 'Variable', 'Method', 'Accessor'],
  validation: { notDocumented: true, notExported: false, invalidLink: true },
};

const app = await Application.bootstrap({
  name: 'HeartLLM for JavaScript',
  entryPointStrategy: 'packages',
  entryPoints: documented.map(({ folder }) => join(ROOT, folder)),
  packageOptions: perPackage,
  readme: join(ROOT, 'docs/README.md'),
  projectDocuments: guides.map((name) => join(ROOT, 'docs', name)),
  out,
  disableGit: true,
  sourceLinkTemplate: 'https://github.com/heartllm/heartllm-js/blob/main/{path}#L{line}',
  basePath: ROOT,
  includeVersion: true,
  includeHierarchySummary: false,
  githubPages: false,
  highlightLanguages: ['ts', 'js', 'sh', 'console', 'json', 'yaml', 'python', 'html'],
  logLevel: 'Warn',
  validation: { invalidLink: true, notExported: false },
});
const project = await app.convert();
if (project) {
  app.validate(project);
  await app.generateDocs(project, out);
}
if (!project || app.logger.hasErrors() || app.logger.validationWarningCount > 0) process.exit(1);

const pages = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
const dead = deadSiteLinks(out, pages);
for (const line of dead) console.error(`docs/site/${line}`);
console.log(
  `docs/site: ${pages.length} pages of ${documented.length} packages and ${guides.length} guides, ${dead.length} dead links`,
);
process.exit(dead.length ? 1 : 0);
