import { element, shownText } from './dom.ts';

/** What long work is given: how to show how far it is, and when to stop. */
export interface WorkContext {
  signal: AbortSignal;
  /** @param share from 0 to 1; undefined where nobody knows */
  progress(label: string, share?: number): void;
}

/** A line with a bar and a cancel button, there while something runs. */
export class Work {
  readonly #place: HTMLElement;
  readonly #label = element('span');
  readonly #bar = element('progress');
  readonly #cancel = element('button', '', 'Cancel');
  #controller: AbortController | undefined;

  constructor(place: HTMLElement) {
    this.#place = place;
    this.#cancel.type = 'button';
    this.#cancel.addEventListener('click', () => this.cancel());
    place.append(this.#label, this.#bar, this.#cancel);
  }

  get running(): boolean {
    return this.#controller !== undefined;
  }

  /** Stops what runs. */
  cancel(): void {
    this.#controller?.abort();
  }

  /**
   * Runs one thing; what ran before is cancelled.
   *
   * @throws what the work throws; DOMException AbortError where it was cancelled
   */
  async run<T>(label: string, work: (context: WorkContext) => Promise<T>): Promise<T> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const before = document.activeElement;
    const progress = (text: string, share?: number) => {
      if (this.#controller !== controller) return;
      this.#label.textContent = shownText(text);
      if (share === undefined) this.#bar.removeAttribute('value');
      else this.#bar.value = share;
    };
    progress(label);
    this.#place.hidden = false;
    try {
      return await work({ signal: controller.signal, progress });
    } finally {
      if (this.#controller === controller) {
        this.#controller = undefined;
        this.#place.hidden = true;
        setTimeout(() => returnFocus(before)); // when what was disabled meanwhile is enabled again
      }
    }
  }
}

/** A button that was disabled or hidden while it had the focus leaves the keyboard nowhere: it goes back to where it was. */
function returnFocus(before: Element | null): void {
  const now = document.activeElement;
  const nowhere = !now || now === document.body || !now.checkVisibility() || now.matches(':disabled');
  if (nowhere && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
}

/** Whether an error only says that somebody pressed cancel. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
