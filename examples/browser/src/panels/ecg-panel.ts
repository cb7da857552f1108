import { canonicalLead, type EcgRecord } from '@heartllm/ecg-io';
import { millivoltsPer } from '@heartllm/ecg-plot';
import { CODE_SECONDS, CodeStrip } from '../codes/code-strip.ts';
import { byId, element, shownText } from '../dom.ts';
import type { TokenizedView, Why } from '../engine/protocol.ts';
import { EcgView } from '../paper/ecg-view.ts';
import { scaled, type Trace, tracesOf } from '../paper/leads.ts';
import { WhyPanel } from './why-panel.ts';

/** The ECG on paper with its codes below, and the tools for looking at it. */
export class EcgPanel {
  readonly #view: EcgView;
  readonly #strip: CodeStrip;
  readonly #why = new WhyPanel((relevance) => this.#view.shade(relevance && { ...relevance, each: CODE_SECONDS }));
  readonly #text = byId('code-text', HTMLElement);
  readonly #overlay = byId('overlay', HTMLInputElement);
  #traces: Trace[] = [];
  #decoded: (Trace | undefined)[] = [];
  #tokenized: TokenizedView | undefined;

  constructor() {
    const measure = byId('measure', HTMLElement);
    const calipers = byId('calipers', HTMLButtonElement);
    const paper = byId('paper', HTMLElement);
    this.#strip = new CodeStrip(byId('strip', HTMLElement), { choose: (index) => this.#choose(index) });
    this.#view = new EcgView(paper, {
      view: () => {
        const { viewport, scale } = this.#view;
        this.#strip.look(viewport, scale);
        this.#why.look(viewport, scale);
      },
      measure: (text) => {
        measure.textContent = text ?? '';
        calipers.setAttribute('aria-pressed', String(text !== undefined));
      },
      point: (seconds) => this.#strip.choose(seconds === undefined ? undefined : this.#strip.indexAt(seconds)),
    });
    const press = (id: string, action: () => void) => byId(id, HTMLButtonElement).addEventListener('click', action);
    press('zoom-in', () => this.#view.zoom(1.4));
    press('zoom-out', () => this.#view.zoom(1 / 1.4));
    press('fit', () => this.#view.fit());
    press('calipers', () => {
      if (this.#view.toggleCalipers()) paper.focus({ preventScroll: true }); // the arrows move them at once
    });
    this.#overlay.addEventListener('change', () => this.#view.showDecoded(this.#decoded, this.#overlay.checked));
    const gain = byId('gain', HTMLSelectElement);
    const speed = byId('speed', HTMLSelectElement);
    const rescale = () => this.#view.rescale({ gain: Number(gain.value), speed: Number(speed.value) });
    gain.addEventListener('change', rescale);
    speed.addEventListener('change', rescale);
  }

  /** Another recording; its codes come later. */
  show(record: EcgRecord): void {
    const seconds = Number((record.samples / record.fs).toFixed(2));
    byId('ecg-heading', HTMLElement).textContent = shownText(record.name);
    byId('facts', HTMLElement).textContent =
      `${record.leads.length} leads, ${seconds} s, ${Number(record.fs.toFixed(2))} Hz`;
    this.#traces = tracesOf(record);
    this.#view.show(this.#traces);
    this.showCodes(undefined, []);
    this.#warn(record.meta.warnings);
  }

  /** What the model made of it; undefined while it has not read it. */
  showCodes(tokenized: TokenizedView | undefined, levels: number[]): void {
    this.#tokenized = tokenized;
    this.#why.show(undefined);
    this.#decoded = tokenized ? this.#traces.map((trace) => decodedTrace(trace, tokenized)) : [];
    this.#overlay.disabled = !this.#decoded.some(Boolean);
    this.#strip.show(tokenized && { codes: tokenized.input.codes, levels, start: tokenized.start });
    this.#view.showDecoded(this.#decoded, this.#overlay.checked);
    if (tokenized) {
      this.#warn(tokenized.warnings);
      const { start, input } = tokenized;
      const end = start + input.codes.length * CODE_SECONDS;
      this.#view.reach(end);
      this.#view.reveal({ from: start, to: end });
    }
    this.#summarize();
  }

  /** What an answer about this ECG hangs on. */
  showWhy(answer: string, why: Why): void {
    if (this.#tokenized) this.#why.show({ answer, why, start: this.#tokenized.start });
  }

  #choose(index: number | undefined): void {
    if (index === undefined || !this.#tokenized) {
      this.#view.highlight(undefined);
      this.#summarize();
      return;
    }
    const from = this.#tokenized.start + index * CODE_SECONDS;
    const stretch = { from, to: from + CODE_SECONDS };
    this.#view.highlight(stretch);
    if (document.activeElement?.id === 'strip') this.#view.reveal(stretch);
    this.#text.textContent = this.#strip.describe(index);
  }

  #summarize(): void {
    if (!this.#tokenized) {
      this.#text.textContent = '\u00a0';
      return;
    }
    const { input, mse } = this.#tokenized;
    const error = mse === undefined ? '' : `; decoded with a mean squared error of ${mse.toFixed(3)} (z-scored)`;
    this.#text.textContent = `${input.codes.length} codes, ${new Set(input.codes).size} of them different${error}`;
  }

  #warn(warnings: string[]): void {
    byId('warnings', HTMLElement).replaceChildren(...warnings.map((text) => element('li', '', text)));
  }
}

/** The decoded waveform of a lead, on the same baseline. */
function decodedTrace(trace: Trace, { decoded, fs, start }: TokenizedView): Trace | undefined {
  const name = canonicalLead(trace.name) ?? trace.name;
  const found = decoded.find(({ lead }) => (canonicalLead(lead) ?? lead) === name);
  if (!found) return undefined;
  return { ...trace, values: scaled(found.signal, millivoltsPer(found.unit) ?? trace.factor), fs, start };
}
