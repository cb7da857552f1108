/**
 * Copies the records of `heartllm demo` out of examples/data into generated/demo, a PTB-XL folder of two records that is packed with
 * the command: `npx heartllm demo` works where only the package is installed. Part of the package's build.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const from = new URL('../../../examples/data/', import.meta.url);
const to = new URL('../generated/demo/', import.meta.url);
const RECORDS = ['00722_hr', '00913_hr'];

rmSync(to, { recursive: true, force: true });
const copy = (name) => cpSync(new URL(name, from), new URL(name, to));
copy('LICENSE');
copy('ptbxl/scp_statements.csv');
for (const record of RECORDS) {
  for (const extension of ['.hea', '.dat']) copy(`ptbxl/records500/00000/${record}${extension}`);
}

const lines = readFileSync(new URL('ptbxl/ptbxl_database.csv', from), 'utf8').trimEnd().split('\n'); // a row is a line there
const rows = lines.filter((line) => RECORDS.some((record) => line.trimEnd().endsWith(`/${record}`)));
if (rows.length !== RECORDS.length) {
  throw new Error(`examples/data/ptbxl/ptbxl_database.csv: ${rows.length} rows of ${RECORDS.join(' and ')}`);
}
writeFileSync(new URL('ptbxl/ptbxl_database.csv', to), [lines[0], ...rows, ''].join('\n'));
writeFileSync(
  new URL('README.md', to),
  `# Records of \`heartllm demo\`

${RECORDS.join(' and ')} of PTB-XL 1.0.3 (Wagner et al. 2020, https://doi.org/10.1038/s41597-020-0495-6; https://doi.org/10.13026/kfzx-aw45),
[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). Changed: \`ptbxl_database.csv\` was cut to these two rows, and only their 500 Hz recordings
were kept.
`,
);
