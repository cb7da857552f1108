import type { Generated } from 'heartllm';
import { byId, element, showMessage, shownText } from '../dom.ts';
import type { Engine } from '../engine/engine.ts';
import type { Calls, TokenizedView, Why } from '../engine/protocol.ts';
import { isCancelled, Work, type WorkContext } from '../work.ts';
import { ConstraintPanel } from './constraint-panel.ts';
import { QUESTIONS, SUGGESTIONS } from './questions.ts';

/** What was answered about the ECG that is shown. */
export interface Answered {
  question: string;
  text: string;
  /** What the model was held to while it wrote, in words; undefined where it was free. */
  told?: string;
}

type EcgInput = TokenizedView['input'];

/** What is written; of an answer also its parts, as ECG-QA lists several. */
type Written = Generated & { answer?: string[] };

/** As people read it. */
function readable({ text, answer }: Written): string {
  return answer?.join(', ') ?? text;
}

/** Asks the model and shows what it writes, while it writes. */
export class AskPanel {
  readonly #engine: Engine;
  readonly #work = new Work(byId('answer-work', HTMLElement));
  readonly #constraint = new ConstraintPanel();
  readonly #question = byId('question', HTMLInputElement);
  readonly #ask = byId('ask', HTMLButtonElement);
  readonly #report = byId('write-report', HTMLButtonElement);
  readonly #error = byId('answer-error', HTMLElement);
  readonly #answers = byId('answers', HTMLElement);
  #ecg: EcgInput | undefined;
  #given: Answered[] = [];
  #written: Answered | undefined;

  readonly #explained: (answer: string, why: Why) => void;

  /** @param explained is told why an answer is as it is, when somebody asks */
  constructor(engine: Engine, explained: (answer: string, why: Why) => void) {
    this.#engine = engine;
    this.#explained = explained;
    for (const text of QUESTIONS) byId('questions', HTMLDataListElement).append(new Option(text));
    for (const text of SUGGESTIONS) {
      const button = element('button', '', text);
      button.type = 'button';
      button.addEventListener('click', () => {
        this.#question.value = text;
        if (!this.#ask.disabled) this.#askQuestion(text);
      });
      byId('suggestions', HTMLElement).append(button);
    }
    byId('ask-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const question = this.#question.value.trim();
      if (question && !this.#ask.disabled) this.#askQuestion(question);
    });
    this.#report.addEventListener('click', () => this.#writeReport());
  }

  /** What was answered and written about this ECG. */
  get results(): { answers: Answered[]; report: Answered | undefined } {
    return { answers: this.#given, report: this.#written };
  }

  /** Another ECG, or none that can be asked about. Answers about the one before go. */
  about(ecg: EcgInput | undefined): void {
    this.#ecg = ecg;
    this.#work.cancel();
    this.#given = [];
    this.#written = undefined;
    this.#answers.replaceChildren();
    showMessage(this.#error, undefined);
    this.#enable();
  }

  #enable(): void {
    const ready = this.#ecg !== undefined && !this.#work.running;
    this.#ask.disabled = !ready;
    this.#report.disabled = !ready;
  }

  async #askQuestion(question: string): Promise<void> {
    const ecg = this.#ecg!;
    const { constrain, told } = this.#constraint.forAnswers ?? {};
    const done = await this.#write({ question, told }, 'answer', ({ signal }, onEvent) =>
      this.#engine.run('ask', { ecg, question, constrain }, { signal, onEvent }),
    );
    if (!done || ecg !== this.#ecg) return;
    this.#given.push({ question, text: readable(done.written), told });
    this.#offerWhy(done.entry, ecg, done.written, question);
  }

  async #writeReport(): Promise<void> {
    const ecg = this.#ecg!;
    const { constrain, told } = this.#constraint.forReports ?? {};
    const done = await this.#write({ question: 'Report', told }, 'answer report', ({ signal }, onEvent) =>
      this.#engine.run('report', { ecg, constrain }, { signal, onEvent }),
    );
    if (!done || ecg !== this.#ecg) return;
    this.#written = { question: 'Report', text: done.written.text, told };
    this.#offerWhy(done.entry, ecg, done.written);
  }

  #offerWhy(entry: HTMLElement, ecg: EcgInput, written: Written, question?: string): void {
    const { text: answer } = written;
    if (!answer) return;
    const button = element('button', 'why-button', 'Why?');
    button.type = 'button';
    button.setAttribute('aria-label', `Why ${question ? `this answer to: ${question}` : 'this report'}`);
    button.addEventListener('click', () => this.#explain({ ecg, question, answer }, readable(written)));
    entry.append(button);
  }

  async #explain(input: Calls['why']['input'], shown: string): Promise<void> {
    showMessage(this.#error, undefined);
    const work = this.#work.run('Looking for reasons', ({ signal, progress }) =>
      this.#engine.run('why', input, {
        signal,
        onEvent: (share) => progress('Masking one stretch after the other', share),
      }),
    );
    this.#enable();
    try {
      const why = await work;
      if (input.ecg === this.#ecg) this.#explained(shown, why);
    } catch (error) {
      if (!isCancelled(error)) showMessage(this.#error, (error as Error).message);
    } finally {
      this.#enable();
    }
  }

  /** Shows a text as it grows; @returns it, or undefined where it was cancelled or failed */
  async #write(
    { question, told }: Omit<Answered, 'text'>,
    className: string,
    run: (context: WorkContext, onEvent: (event: Written) => void) => Promise<Written>,
  ): Promise<{ written: Written; entry: HTMLElement } | undefined> {
    showMessage(this.#error, undefined);
    const text = element('p', 'text writing');
    const meta = element('p', 'meta');
    const entry = element('article', className, element('h3', '', question), text, meta);
    this.#answers.prepend(entry);
    this.#answers.setAttribute('aria-busy', 'true'); // read out when it is whole
    const show = (event: Written) => {
      text.textContent = shownText(readable(event));
      const speed = `${event.generatedTokens} tokens, ${event.tokensPerSecond.toFixed(1)} per second`;
      meta.textContent = told ? `${speed}; ${told}` : speed;
    };
    const work = this.#work.run('Reading the ECG', (context) =>
      run(context, (event) => {
        context.progress('Writing');
        show(event);
      }),
    );
    this.#enable();
    try {
      const whole = await work;
      show(whole);
      if (!whole.text) text.textContent = '(an empty answer)';
      return { written: whole, entry };
    } catch (error) {
      if (isCancelled(error)) meta.textContent = `${meta.textContent ? `${meta.textContent}; ` : ''}cancelled`;
      else {
        entry.remove();
        showMessage(this.#error, (error as Error).message);
      }
      return undefined;
    } finally {
      text.classList.remove('writing');
      this.#answers.setAttribute('aria-busy', 'false');
      this.#enable();
    }
  }
}
