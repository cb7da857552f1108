/**
 * Adds each dy to the place of the first maximum of its window. x and dx [height, width, channels], dy
 * [outHeight, outWidth, channels]: one image.
 */
export function maxPoolGrad(
  x: usize,
  dy: usize,
  dx: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel: usize = channels * 4;
  for (let i = 0; i < outHeight; i++) {
    const top = i * strideHeight - padTop;
    const rowEnd = min(top + filterHeight, height);
    for (let j = 0; j < outWidth; j++) {
      const left = j * strideWidth - padLeft;
      const columnEnd = min(left + filterWidth, width);
      for (let c: usize = 0; c < pixel; c += 4) {
        let best: usize = 0;
        let most: f32 = 0;
        for (let row = max(top, 0); row < rowEnd; row++) {
          let place = x + (row * width + max(left, 0)) * pixel + c;
          for (let column = max(left, 0); column < columnEnd; column++) {
            const value = load<f32>(place);
            if (best === 0 || value > most) {
              best = place;
              most = value;
            }
            place += pixel;
          }
        }
        const to = dx + (best - x);
        store<f32>(to, load<f32>(to) + load<f32>(dy));
        dy += 4;
      }
    }
  }
}
