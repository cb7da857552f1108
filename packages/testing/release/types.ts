import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './packages.ts';
import type { Project } from './project.ts';
import { useOf } from './uses.ts';

/** Where types are used: a page knows nothing of Node, and a Node program nothing of the DOM. */
const PLACES: Record<string, ts.CompilerOptions> = {
  page: { lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], types: [] },
  program: { lib: ['lib.es2023.d.ts'], types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] },
};

const OURS = /\/types\.ts$|\/node_modules\/(@heartllm|heartllm)\//;

/**
 * Compiles an import of every entry point in a project, its type declarations included (`skipLibCheck: false`).
 *
 * @throws Error with what the compiler says of our files; those of TensorFlow.js do not compile on their own
 */
export function compileTypes({ package: used, folder }: Project): string {
  const { entries } = useOf(used);
  const file = join(folder, 'types.ts');
  const lines = entries.map(
    (entry, i) => `import * as m${i} from '${entry}';\nexport const n${i} = Object.keys(m${i});\n`,
  );
  writeFileSync(file, `${lines.join('')}export {};\n`);
  for (const [place, options] of Object.entries(PLACES)) {
    const { NodeNext: module } = ts.ModuleKind;
    const program = ts.createProgram([file], {
      ...options,
      module,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      skipLibCheck: false,
    });
    const ours = program.getSourceFiles().filter(({ fileName }) => OURS.test(fileName));
    const said = [...program.getOptionsDiagnostics(), ...ours.flatMap((one) => program.getSemanticDiagnostics(one))];
    const text = ts.formatDiagnostics(said, {
      getCurrentDirectory: () => folder,
      getCanonicalFileName: (name) => name,
      getNewLine: () => '\n',
    });
    if (said.length) throw new Error(`in a ${place}: ${text.trim()}`);
  }
  return `${entries.length} entry points, in a page and in a program`;
}
