/**
 * Maximum of each number and its neighbours in time, as torch.nn.MaxPool1d(3, stride 1, padding 1).
 *
 * @param x and y: [rows][pitch bytes]; a row before and a row after x can be read, whatever they hold
 */
export function maxPool(x: usize, y: usize, pitch: usize, rows: i32): void {
  const bytes = <usize>rows * pitch;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const outer = f32x4.pmax(v128.load(x + i - pitch), v128.load(x + i + pitch));
    v128.store(y + i, f32x4.pmax(outer, v128.load(x + i)));
  }
  for (; i < bytes; i += 4) {
    store<f32>(y + i, max(load<f32>(x + i), max(load<f32>(x + i - pitch), load<f32>(x + i + pitch))));
  }
  // the ends have one neighbour: what lies beyond is padding, and a zero would win over negative samples
  const last = bytes - pitch;
  for (let c: usize = 0; c < pitch; c += 4) {
    const first = load<f32>(x + c);
    const end = load<f32>(x + last + c);
    store<f32>(y + c, rows > 1 ? max(first, load<f32>(x + pitch + c)) : first);
    if (rows > 1) store<f32>(y + last + c, max(end, load<f32>(x + last - pitch + c)));
  }
}
