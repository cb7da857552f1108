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
  made.append(...children);
  return made;
}

/** Shows a message, or hides its place where there is none. */
export function showMessage(place: HTMLElement, text: string | undefined): void {
  place.textContent = text ?? '';
  place.hidden = !text;
}
