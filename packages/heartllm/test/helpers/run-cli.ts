import { run } from '../../src/cli.ts';
import { Interrupt } from '../../src/terminal/interrupt.ts';

/** A command's end, and what it wrote. */
interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs the command line in this process. */
export function cli(...argv: string[]): Promise<Ended> {
  return stoppableCli(argv, new Interrupt());
}

/** The same, to be stopped; `onErr` sees every text on the error stream before it is written. */
export async function stoppableCli(
  argv: string[],
  interrupt: Interrupt,
  onErr?: (err: string) => void,
): Promise<Ended> {
  let out = '';
  let err = '';
  const terminal = {
    out(text: string) {
      out += text;
    },
    err(text: string) {
      onErr?.(err);
      err += text;
    },
    interactive: false,
    columns: 100,
  };
  const code = await run(argv, terminal, interrupt);
  return { code, out, err };
}
