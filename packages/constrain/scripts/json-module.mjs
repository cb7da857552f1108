// scp-ecg.json as a module: Rollup reads JSON with a plugin only, and an older browser not at all.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const json = JSON.parse(readFileSync(new URL('../src/scp-ecg.json', import.meta.url), 'utf8'));
const generated = new URL('../generated/', import.meta.url);
mkdirSync(generated, { recursive: true });
writeFileSync(new URL('scp-ecg.js', generated), `export default ${JSON.stringify(json)};\n`);
writeFileSync(new URL('scp-ecg.d.ts', generated), 'declare const ontology: unknown;\nexport default ontology;\n');
