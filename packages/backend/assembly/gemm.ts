import { packColumns, packRows } from './pack';
import { columnPanel, rowQuad, tile4, tileRow } from './tile';

/*
 * Blocks (Goto and van de Geijn 2008): eight columns of B by `mostK` stay in the first cache, all of B's block and the
 * rows of A that meet it in the second.
 */
const mostK: i32 = 384;
const mostColumns: i32 = 256;
const mostRows: i32 = 128;

/** Bytes that {@link gemm} needs to work in. */
export const scratchBytes: i32 = (mostK * (mostColumns + mostRows) + rowQuad * columnPanel) * 4;

/**
 * C += A B, matrices of float32 at any strides: transposed ones, and the overlapping rows of a convolution.
 *
 * Strides are in bytes: A(i, p) lies at a + i aRow + p aStep, B(p, j) at b + p bRow + j bStep, C(i, j) at c + i cRow + 4 j.
 *
 * @param scratch {@link scratchBytes} of memory
 */
export function gemm(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bRow: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  scratch: usize,
): void {
  const packedA = scratch + mostK * mostColumns * 4;
  const edge = packedA + mostK * mostRows * 4;
  const blocksOfK = (k + mostK - 1) / mostK;
  const evenK = blocksOfK > 0 ? (k + blocksOfK - 1) / blocksOfK : 0;
  for (let j = 0; j < n; j += mostColumns) {
    const columns = min(mostColumns, n - j);
    for (let p = 0; p < k; p += evenK) {
      const depth = min(evenK, k - p);
      packColumns(b + p * bRow + j * bStep, bRow, bStep, depth, columns, scratch);
      for (let i = 0; i < m; i += mostRows) {
        const rows = min(mostRows, m - i);
        const from = a + i * aRow + p * aStep;
        const to = c + i * cRow + j * 4;
        if (aStep === 4) block(from, aRow, rowQuad * aRow, 4, rows, columns, depth, scratch, to, cRow, edge);
        else {
          packRows(from, aRow, aStep, rows, depth, packedA);
          block(packedA, 4, depth * 16, 16, rows, columns, depth, scratch, to, cRow, edge);
        }
      }
    }
  }
}

/** One block: `aQuad` from four rows of A to the next four. */
function block(
  a: usize,
  aRow: usize,
  aQuad: usize,
  aStep: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  panels: usize,
  c: usize,
  cRow: usize,
  edge: usize,
): void {
  for (let j = 0; j < columns; j += columnPanel) {
    const whole = columns - j >= columnPanel;
    let quad = a;
    let to = c + j * 4;
    let i = 0;
    for (; i + rowQuad <= rows; i += rowQuad) {
      if (whole) tile4(quad, aRow, aStep, panels, depth, to, cRow);
      else {
        memory.fill(edge, 0, rowQuad * columnPanel * 4);
        tile4(quad, aRow, aStep, panels, depth, edge, columnPanel * 4);
        for (let row = 0; row < rowQuad; row++) addEdge(edge + row * columnPanel * 4, to + row * cRow, columns - j);
      }
      quad += aQuad;
      to += rowQuad * cRow;
    }
    for (; i < rows; i++) {
      if (whole) tileRow(quad, aStep, panels, depth, to);
      else {
        memory.fill(edge, 0, columnPanel * 4);
        tileRow(quad, aStep, panels, depth, edge);
        addEdge(edge, to, columns - j);
      }
      quad += aRow;
      to += cRow;
    }
    panels += depth * columnPanel * 4;
  }
}

function addEdge(from: usize, to: usize, columns: i32): void {
  for (let j = 0; j < columns; j++) store<f32>(to + j * 4, load<f32>(to + j * 4) + load<f32>(from + j * 4));
}
