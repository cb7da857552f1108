#!/usr/bin/env node
// a signal that comes before the command line is there to stop cleanly
const early = { SIGINT: 130, SIGTERM: 143 };
for (const [signal, code] of Object.entries(early)) process.once(signal, () => process.exit(code));
const { main } = await import('../dist/cli.js');
for (const signal of Object.keys(early)) process.removeAllListeners(signal);

await main(process.argv.slice(2));
