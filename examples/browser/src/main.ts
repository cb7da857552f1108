import type { EcgRecord } from '@heartllm/ecg-io';
import { byId, showMessage } from './dom.ts';
import { Engine } from './engine/engine.ts';
import type { OpenedModel, TokenizedView } from './engine/protocol.ts';
import { droppedFiles, isModel } from './files.ts';
import { keepOffline } from './offline.ts';
import { AskPanel } from './panels/ask-panel.ts';
import { EcgPanel } from './panels/ecg-panel.ts';
import { ModelPanel } from './panels/model-panel.ts';
import { RecordingPanel } from './panels/recording-panel.ts';
import { fillSheet } from './panels/sheet.ts';
import { readShipped, type ShippedRecord } from './shipped.ts';
import { isCancelled, Work } from './work.ts';

const engine = new Engine();
const reading = new Work(byId('recording-work', HTMLElement));
const ecg = new EcgPanel();
const ask = new AskPanel(engine, (answer, why) => ecg.showWhy(answer, why));

/** What is shown. */
let record: EcgRecord | undefined;
let model: OpenedModel | undefined;
let tokenized: TokenizedView | undefined;

const recordings = new RecordingPanel(engine, reading, {
  read(read, shipped) {
    record = read;
    ecg.show(read);
    showLabels(shipped);
    offerStart();
    tokenize(0);
  },
  start: tokenize,
});

const models = new ModelPanel(engine, {
  opened(opened) {
    model = opened;
    offerStart();
    tokenize(0);
  },
});

/** Has the model read the recording that is shown, from a second on. */
async function tokenize(start: number): Promise<void> {
  tokenized = undefined;
  ask.about(undefined);
  ecg.showCodes(undefined, []);
  byId('print', HTMLButtonElement).disabled = !record;
  if (!record || !model) return;
  const [shown, open] = [record, model];
  const error = byId('recording-error', HTMLElement);
  showMessage(error, undefined);
  try {
    const read = await reading.run('Turning the ECG into codes', ({ signal }) =>
      engine.run('tokenize', { record: shown, start }, { signal }),
    );
    if (shown !== record || open !== model) return;
    tokenized = read;
    ecg.showCodes(read, open.levels);
    if (open.speaks) ask.about(read.input);
  } catch (failure) {
    if (shown !== record || open !== model || reading.running) return; // something else was chosen meanwhile
    const why = isCancelled(failure) ? 'That was cancelled.' : (failure as Error).message;
    showMessage(error, `The model has not read this recording. ${why}`);
  }
}

/** A recording that is longer than what the model reads at once can be read from any second. */
function offerStart(): void {
  recordings.offerStart(record && model ? record.samples / record.fs - model.seconds : 0);
}

function showLabels(shipped: ShippedRecord | undefined): void {
  const labels = byId('labels', HTMLDetailsElement);
  labels.hidden = !shipped;
  labels.open = false;
  byId('labels-text', HTMLElement).textContent = shipped ? `${shipped.patient}: ${shipped.statements}` : '';
}

function listenToDrops(): void {
  const hint = byId('drop-hint', HTMLElement);
  let depth = 0; // dragenter and dragleave come for every element that is crossed
  const over = (change: number) => {
    depth = Math.max(0, depth + change);
    hint.hidden = depth === 0;
  };
  document.addEventListener('dragenter', () => over(1));
  document.addEventListener('dragleave', () => over(-1));
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', async (event) => {
    event.preventDefault();
    over(-depth);
    if (!event.dataTransfer) return;
    try {
      const files = await droppedFiles(event.dataTransfer);
      if (isModel(files)) models.openFolder(files);
      else await recordings.addFiles(files);
    } catch (error) {
      showMessage(byId('recording-error', HTMLElement), (error as Error).message);
    }
  });
}

const print = () => record && fillSheet({ record, tokenized, model, ...ask.results });
window.addEventListener('beforeprint', print);
byId('print', HTMLButtonElement).addEventListener('click', () => window.print());
listenToDrops();
try {
  const shipped = await readShipped();
  recordings.offer(shipped);
  models.offer(shipped);
} catch (error) {
  showMessage(byId('recording-error', HTMLElement), (error as Error).message);
}
keepOffline(() => {
  byId('offline', HTMLElement).textContent = 'This page is kept on your device and works without a network.';
});
