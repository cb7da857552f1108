/** A canvas whose drawing is in CSS pixels, sharp on every screen, and drawn at most once per frame. */
export class Layer {
  readonly canvas: HTMLCanvasElement;
  readonly #draw: (context: CanvasRenderingContext2D, size: { width: number; height: number }) => void;
  #frame = 0;
  #width = 0;
  #height = 0;

  constructor(
    canvas: HTMLCanvasElement,
    draw: (context: CanvasRenderingContext2D, size: { width: number; height: number }) => void,
  ) {
    this.canvas = canvas;
    this.#draw = draw;
  }

  get size(): { width: number; height: number } {
    return { width: this.#width, height: this.#height };
  }

  resize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    const ratio = Math.max(1, window.devicePixelRatio);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.#paint(); // a canvas of another size is empty: were it drawn in the next frame, this one would show it so
  }

  redraw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const context = this.canvas.getContext('2d');
    if (!context || !this.#width || !this.#height) return;
    context.setTransform(this.canvas.width / this.#width, 0, 0, this.canvas.height / this.#height, 0, 0);
    context.clearRect(0, 0, this.#width, this.#height);
    this.#draw(context, this.size);
  }
}
