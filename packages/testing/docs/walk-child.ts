/** What `heartllm ask` passes, as JSON; a process of its own, so that nothing else is counted. See walk.ts. */
import { Session } from 'node:inspector/promises';

const [heartllm, record, question] = process.argv.slice(2);
const { readEcg } = await import(`${heartllm}/commands/read-ecg.ts`);
const { openModel } = await import(`${heartllm}/commands/options.ts`);
const { runAsk } = await import(`${heartllm}/commands/ask.ts`);

const options = { backend: 'wasm' };
const silent = { out() {}, err() {}, interactive: false, columns: 80 };
const opened = async () => {
  const { model } = await openModel(options);
  await model.language();
  return model;
};
const model = await opened();
const ask = async () => model.ask((await readEcg(record, model, options)).tokenized, question);
await ask(); // the first time modules are loaded, and kernels registered

const passed = {
  command: await passedBy(() => runAsk(record, question, options, silent)),
  open: await passedBy(opened),
  record: await passedBy(ask),
};
process.stdout.write(JSON.stringify(passed));
process.exit();

/** How often functions are called, by file below packages/. */
async function passedBy(work: () => Promise<unknown>): Promise<Record<string, Record<string, number>>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  return Object.fromEntries(
    result.flatMap(({ url, functions }) => {
      const [, file] = /\/packages\/([^?]*)/.exec(url) ?? [];
      const called = functions.filter(({ ranges: [{ count, startOffset }] }) => count > 0 && startOffset > 0);
      const isOurs = file !== undefined && !/^testing\/|\/node_modules\//.test(file) && called.length > 0;
      return isOurs
        ? [[file, Object.fromEntries(called.map((each) => [each.functionName, each.ranges[0].count]))]]
        : [];
    }),
  );
}
