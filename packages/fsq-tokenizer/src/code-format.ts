/**
 * Version of what a code means, kept beside every stored sequence of codes: how a signal is z-scored, the order of every
 * sum, how levels are numbered (level of the first dimension + 6 times that of the second ...). It changes when the same
 * weights and samples give other codes, and never silently: whoever reads codes of another format refuses them.
 */
export const CODE_FORMAT = 1;

/**
 * Numbers that may have travelled as JSON, which writes a typed array as an object of its places: `{"0":1190,"1":27}`.
 *
 * @param what names them in the error
 * @returns the numbers themselves if they are an array of any kind
 * @throws TypeError for anything else
 */
export function numbersOf(what: string, numbers: ArrayLike<number>): ArrayLike<number> {
  if (typeof numbers === 'object' && numbers !== null) {
    if (typeof numbers.length === 'number') return numbers;
    const places = Object.keys(numbers); // whole numbers come first, and ascend
    if (places.every((place, i) => place === String(i))) return Object.values(numbers) as number[];
  }
  throw new TypeError(`${what}: expected an array of numbers, found ${typeof numbers}`);
}
