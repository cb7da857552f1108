/** Rows and columns of C that are summed in registers. */
export const rowQuad: i32 = 4;
export const columnPanel: i32 = 8;

/**
 * Four rows by eight columns: eight sums, two vectors of B, a value of A and a product are what the fifteen registers
 * that engines have to give can hold.
 *
 * @param a first of four rows, `aRow` apart, `aStep` from value to value
 * @param b [depth][8]
 * @param c what the sums are added to, rows `cRow` apart
 */
export function tile4(a: usize, aRow: usize, aStep: usize, b: usize, depth: i32, c: usize, cRow: usize): void {
  let a0 = a;
  let a1 = a0 + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  const c0 = c;
  const c1 = c0 + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s0 = f32x4.splat(0);
  let t0 = s0;
  let s1 = s0;
  let t1 = s0;
  let s2 = s0;
  let t2 = s0;
  let s3 = s0;
  let t3 = s0;
  const end = b + ((<usize>depth) << 5);
  for (let p = b; p < end; p += 32) {
    const left = v128.load(p);
    const right = v128.load(p, 16);
    const x0 = v128.load_splat<f32>(a0);
    s0 = f32x4.add(s0, f32x4.mul(x0, left));
    t0 = f32x4.add(t0, f32x4.mul(x0, right));
    const x1 = v128.load_splat<f32>(a1);
    s1 = f32x4.add(s1, f32x4.mul(x1, left));
    t1 = f32x4.add(t1, f32x4.mul(x1, right));
    const x2 = v128.load_splat<f32>(a2);
    s2 = f32x4.add(s2, f32x4.mul(x2, left));
    t2 = f32x4.add(t2, f32x4.mul(x2, right));
    const x3 = v128.load_splat<f32>(a3);
    s3 = f32x4.add(s3, f32x4.mul(x3, left));
    t3 = f32x4.add(t3, f32x4.mul(x3, right));
    a0 += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
  }
  addTo(c0, s0, t0);
  addTo(c1, s1, t1);
  addTo(c2, s2, t2);
  addTo(c3, s3, t3);
}

/** The same for one row. */
export function tileRow(a: usize, aStep: usize, b: usize, depth: i32, c: usize): void {
  let s = f32x4.splat(0);
  let t = s;
  const end = b + ((<usize>depth) << 5);
  for (let p = b; p < end; p += 32) {
    const x = v128.load_splat<f32>(a);
    s = f32x4.add(s, f32x4.mul(x, v128.load(p)));
    t = f32x4.add(t, f32x4.mul(x, v128.load(p, 16)));
    a += aStep;
  }
  addTo(c, s, t);
}

/** The sums of a block come to those before at its end: one float32 after the other they would go wrong over long rows. */
function addTo(c: usize, left: v128, right: v128): void {
  v128.store(c, f32x4.add(v128.load(c), left));
  v128.store(c, f32x4.add(v128.load(c, 16), right), 16);
}
