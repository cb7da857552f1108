/**
 * The µ of a unit, as it arrives when a text is read in another character set than it was written in: UTF-8 (Â before the sign, or Î¼), Shift JIS,
 * Chinese and Japanese (GBK, EUC-JP), Korean, Big5, Greek, and DOS; or as what stands for a lost character. The other prefixes of volt are
 * ASCII, which survives all of that.
 */
const BROKEN_MU = /^(?:Âµ|Î¼|[\x83ƒ]Ê|¦Ì|¥ì|£g|ì|æ|[\ufffd?]{1,3})(?=[\s_-]*v)/i;

/** `mV`, `micro volts`, `MICROV`; µ and μ are one letter once normalized, and case does not tell them apart either. */
const VOLTS = /^(m|milli|u|μ|mc|micro|mikro|n|nano)?[\s_-]*v(?:olts?)?$/iu;
const UNITS: readonly [unit: string, prefixes: RegExp][] = [
  ['V', /^$/],
  ['mV', /^(?:m|milli)$/i],
  ['nV', /^n/i],
  ['uV', /./],
];

/**
 * The usual name of a unit of voltage, whatever its spelling: 'nV', 'uV', 'mV' or 'V'; any other unit as it is, without blanks around it.
 *
 * Upper and lower case do not count (`MV` is millivolt, no ECG has megavolts), words are known (`microvolts`, `MICROV`, `millivolt`), µ is read as
 * the micro sign, the Greek letter, a u, and as the characters that become of it in another character set.
 *
 * ```ts
 * canonicalUnit('µV'); // 'uV'
 * canonicalUnit('mmHg'); // 'mmHg'
 * ```
 */
export function canonicalUnit(unit: string): string {
  const text = unit.trim();
  const [whole, prefix = ''] = VOLTS.exec(text.replace(BROKEN_MU, 'u').normalize('NFKC')) ?? [];
  if (whole === undefined) return text;
  return UNITS.find(([, prefixes]) => prefixes.test(prefix))![0];
}
