import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packages.ts';
import type { Project } from './project.ts';
import { run } from './run.ts';
import { useOf } from './uses.ts';

/** Where types are used: a page knows nothing of Node, and a Node program nothing of the DOM. */
const PLACES = {
  page: { lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: [] },
  program: { lib: ['ES2023'], types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] },
};

/**
 * Compiles an import of every entry point in a project, its type declarations included (`skipLibCheck: false`).
 *
 * @throws Error with what the compiler says of our files; those of TensorFlow.js do not compile on their own
 */
export async function compileTypes({ package: used, folder }: Project): Promise<string> {
  const { entries } = useOf(used);
  const lines = entries.map(
    (entry, i) => `import * as m${i} from '${entry}';\nexport const names${i} = Object.keys(m${i});\n`,
  );
  writeFileSync(join(folder, 'types.ts'), `${lines.join('')}export {};\n`);
  for (const [place, options] of Object.entries(PLACES)) {
    const compilerOptions = {
      ...options,
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
    };
    const config = `tsconfig.${place}.json`;
    writeFileSync(join(folder, config), JSON.stringify({ compilerOptions, files: ['types.ts'] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const said = await run(process.execPath, [tsc, '-p', config], folder).catch((error: Error) => error.message);
    const ours = said
      .split('\n')
      .filter((line) => /^(types\.ts|node_modules\/(@heartllm|heartllm)\/).*error/.test(line));
    if (ours.length) throw new Error(`in a ${place}: ${ours.join('\n')}`);
  }
  return `${entries.length} entry points, in a page and in a program`;
}
