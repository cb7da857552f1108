/** What comes with the page, `shipped.json`. */
export interface Shipped {
  /** Files of the embedded model, below model/. */
  model: { path: string; size: number }[];
  /** Example records of PTB-XL, below records/. */
  records: ShippedRecord[];
}

export interface ShippedRecord {
  /** The record's name with its folder, '00000/00913_hr'. */
  path: string;
  /** 'male, 34' */
  patient: string;
  /** What PTB-XL's cardiologists say, in English. */
  statements: string;
}

export async function readShipped(): Promise<Shipped> {
  const answer = await fetch('shipped.json');
  if (!answer.ok) throw new Error(`shipped.json: the server answered ${answer.status}`);
  return (await answer.json()) as Shipped;
}
