import { columnPanel, rowQuad } from './tile';

/**
 * Columns of B in panels of eight, [columns / 8][depth][8], with zeros where there is no column.
 *
 * @param b value p, j lies at b + p row + j step
 */
export function packColumns(b: usize, row: usize, step: usize, depth: i32, columns: i32, to: usize): void {
  for (let j = 0; j < columns; j += columnPanel) {
    const from = b + j * step;
    const count = min(columnPanel, columns - j);
    if (count === columnPanel && step === 4) {
      let source = from;
      for (let p = 0; p < depth; p++) {
        v128.store(to, v128.load(source));
        v128.store(to, v128.load(source, 16), 16);
        source += row;
        to += 32;
      }
    } else {
      if (count < columnPanel) memory.fill(to, 0, depth * columnPanel * 4);
      const end = to + depth * columnPanel * 4;
      let p = 0;
      if (row === 4 && count === columnPanel) {
        for (; p + 4 <= depth; p += 4) {
          transpose4(from + p * 4, step, to, 32);
          transpose4(from + p * 4 + 4 * step, step, to + 16, 32);
          to += 128;
        }
      }
      for (; p < depth; p++) {
        for (let i = 0; i < count; i++) store<f32>(to + i * 4, load<f32>(from + p * row + i * step));
        to += 32;
      }
      to = end;
    }
  }
}

/**
 * Rows of A by fours, [rows / 4][depth][4]; what follows the last row is not written.
 *
 * @param a value i, p lies at a + i row + p step
 */
export function packRows(a: usize, row: usize, step: usize, rows: i32, depth: i32, to: usize): void {
  for (let i = 0; i < rows; i += rowQuad) {
    const count = min(rowQuad, rows - i);
    let from = a + i * row;
    if (count === rowQuad && row === 4) {
      for (let p = 0; p < depth; p++) {
        v128.store(to, v128.load(from));
        from += step;
        to += 16;
      }
    } else {
      for (let p = 0; p < depth; p++) {
        for (let r = 0; r < count; r++) store<f32>(to + r * 4, load<f32>(from + r * row));
        from += step;
        to += 16;
      }
    }
  }
}

/** Four rows of four become columns; steps in bytes. */
function transpose4(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromRow);
  const c = v128.load(from + 2 * fromRow);
  const d = v128.load(from + 3 * fromRow);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(to + toRow, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
  v128.store(to + 2 * toRow, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(to + 3 * toRow, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}
