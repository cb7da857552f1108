import { Rows } from './rows.ts';

/** Maximum over each sample and its neighbours, as torch.nn.MaxPool1d(3, stride 1, padding 1). [C, T] -> [C, T] */
export function maxPool3(x: Rows): Rows {
  const y = new Rows(x.channels, x.length);
  for (let c = 0; c < x.channels; c++) {
    const from = x.row(c);
    const to = y.row(c);
    // the zeros beside a row are padding for convolutions only: here its ends have one neighbour
    let before = Number.NEGATIVE_INFINITY;
    let here = from[0];
    for (let t = 0; t < to.length; t++) {
      const after = t + 1 < from.length ? from[t + 1] : Number.NEGATIVE_INFINITY;
      to[t] = Math.max(before, here, after);
      before = here;
      here = after;
    }
  }
  return y;
}
