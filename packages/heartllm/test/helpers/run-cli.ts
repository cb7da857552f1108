import { run } from '../../src/cli.ts';

/** Runs the command line in this process. */
export async function cli(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(argv, {
    out(text) {
      out += text;
    },
    err(text) {
      err += text;
    },
    interactive: false,
    columns: 100,
  });
  return { code, out, err };
}
