/**
 * Type-checks the TypeScript in README files and guides, so that none shows a name, an argument or a field that is not there. Each block is
 * a module of its own; names that an earlier block or the reader's program brings are taken as known. Part of `npm run check`
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../release/packages.ts';

/** What a block may leave to what stands around it: names, and the types of what comes from them. */
const LEFT_OPEN = new Set([2304, 2552, 2593, 18004, 7005, 7006, 7031, 7034]);
const BLOCK = /^```ts\n([\s\S]*?)^```$/gm;

/** The blocks of a file, by the name of a module that they could be, in a folder from which all packages are found. */
function snippets(file: string): [string, { file: string; line: number; text: string }][] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(BLOCK)].map(({ 1: block, index }) => {
    const line = text.slice(0, index).split('\n').length; // of the ```, from 1
    const name = join(ROOT, 'examples', `${file.replaceAll('/', '-')}-${line}.ts`);
    return [name, { file, line, text: `${block}export {};\n` }];
  });
}

const files = execFileSync('git', ['ls-files', '*.md', ':!.changeset'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n');
const modules = new Map(files.flatMap(snippets));

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), (path) => readFileSync(path, 'utf8'));
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
Object.assign(options, { noEmit: true, composite: false, declaration: false, declarationMap: false, sourceMap: false });
Object.assign(options, { customConditions: ['heartllm-src'], noUnusedLocals: false, noUnusedParameters: false });

const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (name) => modules.has(name) || fileExists(name);
host.readFile = (name) => modules.get(name)?.text ?? readFile(name);
host.getSourceFile = (name, version, ...rest) => {
  const text = modules.get(name)?.text;
  return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
};
const program = ts.createProgram([...modules.keys()], options, host);

let wrong = 0;
for (const [name, { file, line }] of modules) {
  const source = program.getSourceFile(name);
  for (const found of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
    if (LEFT_OPEN.has(found.code)) continue;
    const at = line + 1 + source!.getLineAndCharacterOfPosition(found.start ?? 0).line;
    console.error(`${file}:${at}: ${ts.flattenDiagnosticMessageText(found.messageText, '\n  ')} (TS${found.code})`);
    wrong++;
  }
}
console.log(`${modules.size} blocks of TypeScript in ${files.length} files, ${wrong} errors`);
process.exit(wrong ? 1 : 0);
