import { type Relevance, RelevanceRow } from '../codes/relevance-row.ts';
import { byId } from '../dom.ts';
import type { Why } from '../engine/protocol.ts';
import type { Scale } from '../paper/rows.ts';
import type { Viewport } from '../paper/viewport.ts';

/** An answer that was explained. */
export interface Explained {
  answer: string;
  why: Why;
  /** Second of the recording at which the codes begin. */
  start: number;
}

/** What an answer hangs on, below the codes: attention and occlusion, and which of both shades the paper. */
export class WhyPanel {
  readonly #panel = byId('why', HTMLElement);
  readonly #attention = new RelevanceRow(byId('why-attention', HTMLElement));
  readonly #occlusion = new RelevanceRow(byId('why-occlusion', HTMLElement));
  readonly #layer = byId('why-layer', HTMLSelectElement);
  readonly #shade: (relevance: Relevance | undefined) => void;
  #explained: Explained | undefined;
  /** What had the focus when it was asked, to give it back. */
  #asked: HTMLElement | undefined;

  /** @param shade the paper, by a value per code */
  constructor(shade: (relevance: Relevance | undefined) => void) {
    this.#shade = shade;
    this.#layer.addEventListener('change', () => this.#draw());
    for (const name of ['shade-occlusion', 'shade-attention', 'shade-nothing']) {
      byId(name, HTMLInputElement).addEventListener('change', () => this.#draw());
    }
    byId('why-close', HTMLButtonElement).addEventListener('click', () => {
      this.show(undefined);
      this.#asked?.focus();
    });
  }

  show(explained: Explained | undefined): void {
    this.#explained = explained;
    this.#panel.hidden = !explained;
    if (explained) {
      const { answer, why } = explained;
      const short = answer.length > 60 ? `${answer.slice(0, 58)}…` : answer;
      byId('why-heading', HTMLElement).textContent = `Why “${short}”?`;
      byId('why-text', HTMLElement).textContent = describe(why);
      this.#layer.replaceChildren(...why.attention.map(({ name }, i) => new Option(name, String(i))));
    }
    this.#draw();
    if (explained) this.#lead();
  }

  /** Takes whoever asked here, unless they are writing the next question. */
  #lead(): void {
    const now = document.activeElement;
    if (now instanceof HTMLInputElement) return;
    this.#asked = now instanceof HTMLElement ? now : undefined;
    byId('why-heading', HTMLElement).focus({ preventScroll: true });
    this.#panel.scrollIntoView({ block: 'nearest' });
  }

  /** Follows the paper. */
  look(view: Viewport, scale: Scale): void {
    this.#attention.look(view, scale);
    this.#occlusion.look(view, scale);
  }

  #draw(): void {
    if (!this.#explained) {
      this.#shade(undefined);
      return;
    }
    const { why, start } = this.#explained;
    const attention = { values: why.attention[Number(this.#layer.value)].values, start };
    const occlusion = { values: why.occlusion, start };
    this.#attention.show(attention);
    this.#occlusion.show(occlusion);
    const checked = (name: string) => byId(name, HTMLInputElement).checked;
    if (checked('shade-nothing')) this.#shade(undefined);
    else this.#shade(checked('shade-attention') ? attention : occlusion);
  }
}

function describe({ logProbability, agreement }: Why): string {
  const sure = `The model gives this answer a probability of ${percent(Math.exp(logProbability))}.`;
  if (agreement === null) return `${sure} Attention or occlusion is the same everywhere.`;
  const correlation = agreement.toFixed(2).replace('-', '\u2212');
  return `${sure} Rank correlation of rolled out attention and occlusion, here: ${correlation} (1: they agree, 0: they have nothing to do with each other).`;
}

function percent(share: number): string {
  return share < 0.0001 ? 'less than 0.01 %' : `${(100 * share).toPrecision(3)} %`;
}
