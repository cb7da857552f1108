/**
 * An element of index.html.
 *
 * @throws Error when it is not there or of another kind
 */
export function byId<T extends HTMLElement>(id: string, kind: abstract new (...args: never[]) => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html: no ${kind.name} #${id}`);
  return found;
}

/** A new element with text and children; text is never taken as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.map((child) => (typeof child === 'string' ? shownText(child) : child)));
  return made;
}

/** Shows a message, or hides its place where there is none. */
export function showMessage(place: HTMLElement, text: string | undefined): void {
  place.textContent = shownText(text ?? '');
  place.hidden = !text;
}

/** Control characters, and what turns the direction of text round, so that a name reads as another one. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text of a file or a model as the page shows it; what cannot be shown becomes U+FFFD. */
export function shownText(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd');
}
