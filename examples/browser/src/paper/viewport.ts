/** Which part of the paper is seen: millimetres at the canvas' top left corner, and how large a millimetre is. */
export interface Viewport {
  /** mm */
  x: number;
  y: number;
  /** CSS pixels per mm. */
  zoom: number;
}

/** Sizes in mm (paper) and CSS pixels (canvas). */
export interface Sizes {
  paper: { width: number; height: number };
  canvas: { width: number; height: number };
}

/** At less a phone shows nothing, at more the pixels of the trace are seen. */
export const LEAST_ZOOM = 1;
export const MOST_ZOOM = 40;
/** A page should begin readable, also on a phone. */
const READABLE_ZOOM = 2.6;
/** Paper shown before 0 s, for the names of the leads. */
export const MARGIN = 12;

/** Ten seconds, or all of a shorter recording, as wide as the canvas, unless that is too small to read. */
export function fitZoom(canvasWidth: number, widthMm: number): number {
  return Math.max(READABLE_ZOOM, canvasWidth / (widthMm + MARGIN + 2));
}

/** Keeps the viewport on the paper. */
export function clamp({ x, y, zoom }: Viewport, { paper, canvas }: Sizes): Viewport {
  const size = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));
  const seen = { width: canvas.width / size, height: canvas.height / size };
  return {
    x: Math.max(-MARGIN, Math.min(x, paper.width + 2 - seen.width)),
    y: Math.max(0, Math.min(y, paper.height - seen.height)),
    zoom: size,
  };
}

/** Zooms about a point of the canvas, which stays where it is. */
export function zoomAt(view: Viewport, factor: number, at: { x: number; y: number }): Viewport {
  const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, view.zoom * factor));
  return {
    x: view.x + at.x / view.zoom - at.x / zoom,
    y: view.y + at.y / view.zoom - at.y / zoom,
    zoom,
  };
}

/** Moves by canvas pixels. */
export function panBy(view: Viewport, dx: number, dy: number): Viewport {
  return { ...view, x: view.x - dx / view.zoom, y: view.y - dy / view.zoom };
}
