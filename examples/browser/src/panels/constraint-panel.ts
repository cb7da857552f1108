import { parseAnswers } from '@heartllm/constrain';
import { byId, showMessage } from '../dom.ts';
import type { Constraint } from '../engine/protocol.ts';

/** A list of answers is text; what is larger is something else. */
const MOST_BYTES = 1_000_000;

/** Answers of one's own, out of a file. */
interface AnswerList {
  file: string;
  answers: string[];
}

/** Whether the model may write freely, or only what can be said; with a list of one's own, only what that says. */
export class ConstraintPanel {
  readonly #box = byId('constrain', HTMLInputElement);
  readonly #error = byId('constrain-error', HTMLElement);
  #list: AnswerList | undefined;

  constructor() {
    const input = byId('answer-file', HTMLInputElement);
    this.#box.addEventListener('change', () => this.#show());
    byId('open-answers', HTMLButtonElement).addEventListener('click', () => input.click());
    input.addEventListener('change', async () => {
      const [file] = input.files ?? [];
      if (file) await this.#read(file);
      input.value = ''; // so that the same file can be picked again
    });
    byId('forget-answers', HTMLButtonElement).addEventListener('click', () => {
      this.#list = undefined;
      this.#show();
      byId('open-answers', HTMLButtonElement).focus();
    });
  }

  /** For an answer; `told` says it to people. Undefined where the model is free. */
  get forAnswers(): { constrain: Constraint; told: string } | undefined {
    if (!this.#box.checked) return undefined;
    if (!this.#list) return { constrain: {}, told: 'only what can be said' };
    const { answers, file } = this.#list;
    return { constrain: { answers }, told: `only what ${file} says` };
  }

  /** For a report, which a list of answers says nothing about. */
  get forReports(): { constrain: Constraint; told: string } | undefined {
    return this.#box.checked ? { constrain: {}, told: 'only what can be said' } : undefined;
  }

  async #read(file: File): Promise<void> {
    showMessage(this.#error, undefined);
    try {
      if (file.size > MOST_BYTES) throw new Error(`${file.name}: expected a list of at most 1 MB`);
      this.#list = { file: file.name, answers: parseAnswers(await file.text(), file.name) };
      this.#show();
    } catch (error) {
      showMessage(this.#error, (error as Error).message);
    }
  }

  #show(): void {
    const { checked } = this.#box;
    byId('constrain-list', HTMLElement).hidden = !checked;
    byId('forget-answers', HTMLButtonElement).hidden = !this.#list;
    byId('answers-help', HTMLElement).hidden = this.#list !== undefined;
    showMessage(this.#error, undefined);
    byId('answer-list', HTMLElement).textContent = this.#list
      ? `${this.#list.file}: ${this.#list.answers.length} answers, beside yes, no and none`
      : '';
  }
}
