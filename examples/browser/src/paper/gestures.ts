/** A point of the element, in CSS pixels. */
export interface Point {
  x: number;
  y: number;
}

export interface GestureHandlers {
  /** One finger or the mouse button went down; true keeps the drag, else it moves the paper. */
  grab(at: Point): boolean;
  drag(at: Point): void;
  pan(dx: number, dy: number): void;
  /** Two fingers, or the wheel with Ctrl (which is what a pinch on a trackpad sends). */
  zoom(factor: number, at: Point): void;
}

/** Mouse, pen and touch: one pointer drags, two zoom. The wheel alone scrolls the page, unless it goes sideways. */
export function listenToGestures(element: HTMLElement, handlers: GestureHandlers): void {
  const pointers = new Map<number, Point>();
  let kept = false;

  const point = (event: MouseEvent) => pointIn(element, event);

  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, point(event));
    kept = pointers.size === 1 && handlers.grab(point(event));
  });

  // the pointer comes first: a finger that holds a leg of the calipers does not scroll the page
  element.addEventListener('touchstart', (event) => kept && event.preventDefault(), { passive: false });

  element.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = point(event);
    pointers.set(event.pointerId, now);
    if (pointers.size === 1 && kept) handlers.drag(now);
    else if (pointers.size === 1) handlers.pan(now.x - before.x, now.y - before.y);
    else {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const factor = distance(now, other) / Math.max(1, distance(before, other));
      handlers.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
      handlers.zoom(factor, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    }
  });

  const release = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    kept = false;
  };
  element.addEventListener('pointerup', release);
  element.addEventListener('pointercancel', release);

  element.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey || event.metaKey) handlers.zoom(Math.exp(-event.deltaY / 300), point(event));
      else if (event.shiftKey) handlers.pan(-(event.deltaX || event.deltaY), 0);
      else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) handlers.pan(-event.deltaX, 0);
      else return;
      event.preventDefault();
    },
    { passive: false },
  );
}

/** Where in an element, inside of its border, an event was. */
export function pointIn(element: HTMLElement, event: MouseEvent): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: event.clientX - left - element.clientLeft, y: event.clientY - top - element.clientTop };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
