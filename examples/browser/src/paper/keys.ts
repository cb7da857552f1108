export interface KeyHandlers {
  /** Whether the calipers are out: the arrows move them instead of the paper. */
  calipers(): boolean;
  /** CSS pixels. */
  pan(dx: number, dy: number): void;
  zoom(factor: number): void;
  fit(): void;
  switchLeg(): void;
  moveLeg(ms: number, mv: number): void;
  putAway(): void;
}

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/**
 * The keyboard on the paper: arrows move it, + and - zoom, 0 fits. With the calipers out arrows move a leg by 2 ms and
 * 0.01 mV (with Shift ten times that), Space takes the other leg, Escape puts them away.
 */
export function listenToKeys(element: HTMLElement, handlers: KeyHandlers): void {
  element.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (press(event.key, event.shiftKey, handlers)) event.preventDefault();
  });
}

/** @returns whether the key means something here */
function press(key: string, shift: boolean, handlers: KeyHandlers): boolean {
  const measuring = handlers.calipers();
  const arrow = ARROWS[key];
  if (arrow) {
    const [right, up] = arrow;
    const times = shift ? 10 : 1;
    if (measuring) handlers.moveLeg(2 * times * right, 0.01 * times * up);
    else handlers.pan(-40 * right * (shift ? 5 : 1), 40 * up);
    return true;
  }
  if (key === '+' || key === '=') handlers.zoom(1.25);
  else if (key === '-') handlers.zoom(1 / 1.25);
  else if (key === '0') handlers.fit();
  else if (measuring && (key === ' ' || key === 'Enter')) handlers.switchLeg();
  else if (measuring && key === 'Escape') handlers.putAway();
  else return false;
  return true;
}
