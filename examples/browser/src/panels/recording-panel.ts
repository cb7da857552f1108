import type { EcgRecord } from '@heartllm/ecg-io';
import { byId, element, showMessage } from '../dom.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import type { Files, Found, ReadInput } from '../engine/protocol.ts';
import { pickedFiles } from '../files.ts';
import type { Shipped, ShippedRecord } from '../shipped.ts';
import { isCancelled, type Work } from '../work.ts';

/** Something to choose in the list. */
interface Choice {
  label: string;
  from: Files | string;
  found: Found;
  shipped?: ShippedRecord;
}

export interface RecordingEvents {
  /** A recording was read. */
  read(record: EcgRecord, shipped: ShippedRecord | undefined): void;
  /** The model shall read from another second. */
  start(seconds: number): void;
}

/** Which of the examples is shown first: a normal ECG. */
const FIRST = /00913_hr$/;

/** Chooses recordings, out of the examples or files of one's own, and has them read. */
export class RecordingPanel {
  readonly #engine: Engine;
  readonly #work: Work;
  readonly #events: RecordingEvents;
  readonly #select = byId('record', HTMLSelectElement);
  readonly #exam = byId('exam', HTMLInputElement);
  readonly #start = byId('start', HTMLInputElement);
  readonly #rate = byId('rate', HTMLInputElement);
  readonly #unit = byId('unit', HTMLSelectElement);
  readonly #error = byId('recording-error', HTMLElement);
  readonly #choices: Choice[] = [];
  /** The recording that was read last. */
  #shown: string | undefined;

  constructor(engine: Engine, work: Work, events: RecordingEvents) {
    this.#engine = engine;
    this.#work = work;
    this.#events = events;
    const input = byId('files', HTMLInputElement);
    byId('open-files', HTMLButtonElement).addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      this.addFiles(pickedFiles(input.files));
      input.value = ''; // so that the same file can be picked again
    });
    this.#select.addEventListener('change', () => {
      this.#rate.value = '';
      byId('rate-field', HTMLElement).hidden = true;
      this.#unit.value = '';
      byId('unit-field', HTMLElement).hidden = true;
      this.#exam.value = '1';
      this.#read();
    });
    this.#exam.addEventListener('change', () => this.#read());
    this.#rate.addEventListener('change', () => this.#read());
    this.#unit.addEventListener('change', () => this.#read());
    this.#start.addEventListener('change', () => this.#events.start(this.#start.valueAsNumber || 0));
  }

  /** The examples, of which one is shown. */
  offer({ records }: Shipped): void {
    const url = new URL('records/', document.baseURI).href;
    const choices = records.map((shipped): Choice => {
      const name = shipped.path.replace(/^.*\//, '');
      const label = `${name}: ${shipped.patient}; ${shipped.statements.split('.').slice(0, 2).join(',')}`;
      return { label, from: url, found: { path: shipped.path, format: 'wfdb', count: 1 }, shipped };
    });
    this.#add('Examples of PTB-XL', choices);
    this.#select.value = String(choices.findIndex(({ found }) => FIRST.test(found.path)));
    this.#read();
  }

  /** Finds the recordings among files and reads the first. */
  async addFiles(files: Files): Promise<void> {
    if (!Object.keys(files).length) return;
    await this.#attempt('Looking through the files', async (signal) => {
      const found = await this.#engine.run('find', { files }, { signal });
      const first = this.#choices.length;
      const choices = found.map((one) => ({
        label: one.count > 1 ? `${one.path}: ${one.count} exams` : one.path,
        from: files,
        found: one,
      }));
      this.#add('Your files', choices);
      this.#select.value = String(first);
      this.#select.dispatchEvent(new Event('change'));
    });
  }

  /** @param longest seconds at which the model may begin to read; 0 hides the field */
  offerStart(longest: number): void {
    byId('start-field', HTMLElement).hidden = longest <= 0;
    this.#start.max = String(Math.floor(Math.max(0, longest)));
    this.#start.value = '0';
  }

  #add(title: string, choices: Choice[]): void {
    const group = element('optgroup');
    group.label = title;
    for (const choice of choices) {
      const option = element('option', '', choice.label);
      option.value = String(this.#choices.push(choice) - 1);
      group.append(option);
    }
    this.#select.append(group);
  }

  async #read(): Promise<void> {
    const choice = this.#choices[Number(this.#select.value)];
    if (!choice) return;
    const { from, found, shipped } = choice;
    const { path, format, count } = found;
    byId('exam-field', HTMLElement).hidden = count === 1;
    byId('exam-label', HTMLElement).textContent = `Exam, 1 to ${count}`;
    this.#exam.max = String(count);
    const index = Math.min(count, Math.max(1, this.#exam.valueAsNumber || 1)) - 1;
    const fs = this.#rate.value ? Number(this.#rate.value) : undefined;
    const input: ReadInput = { from, path, format, index, fs, units: this.#unit.value || undefined };
    await this.#attempt(`Reading ${path}`, async (signal) => {
      const record = await this.#engine.run('read', input, { signal });
      this.#shown = record.name;
      // a table or array that names no unit and has values of no ECG in mV, an EDF file that leaves it out
      if (record.units.includes('')) byId('unit-field', HTMLElement).hidden = false;
      this.#events.read(record, shipped);
    });
  }

  async #attempt(label: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    showMessage(this.#error, undefined);
    try {
      await this.#work.run(label, ({ signal }) => work(signal));
    } catch (error) {
      if (isCancelled(error) && this.#work.running) return; // by what was chosen after it
      const message = isCancelled(error) ? 'Cancelled.' : (error as Error).message;
      const remark = this.#shown === undefined ? '' : ` (The ECG below is still ${this.#shown}.)`;
      showMessage(this.#error, message + remark);
      // a table without times: the person may know the rate
      if (error instanceof EngineError && error.field === 'fs') {
        byId('rate-field', HTMLElement).hidden = false;
        this.#rate.focus();
      }
    }
  }
}
