// The Porter stemmer (M. F. Porter, "An algorithm for suffix stripping", 1980) in NLTK's default mode, NLTK_EXTENSIONS,
// which differs from both Porter's paper and his own later version. The names are the paper's.

const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({
    sky: 'sky skies',
    die: 'dying',
    lie: 'lying',
    tie: 'tying',
    news: 'news',
    inning: 'innings inning',
    outing: 'outings outing',
    canning: 'cannings canning',
    howe: 'howe',
    proceed: 'proceed',
    exceed: 'exceed',
    succeed: 'succeed',
  }).flatMap(([stem, forms]) => forms.split(' ').map((form) => [form, stem] as const)),
);

/** A suffix, what takes its place, and what the rest must be for that. */
type Rule = readonly [suffix: string, replacement: string, condition?: (stem: string) => boolean];

/**
 * The stem of a word (Porter 1980), lower-cased first, equal to NLTK 3.10 `PorterStemmer().stem(word)`: its default
 * mode, NLTK_EXTENSIONS.
 */
export function porterStem(word: string): string {
  const lower = word.toLowerCase();
  const known = irregular.get(lower);
  if (known !== undefined) return known;
  if ([...word].length <= 2) return lower;
  return [step1a, step1b, step1c, step2, step3, step4, step5a, step5b].reduce((stem, step) => step(stem), lower);
}

/** Vowels are a, e, i, o, u, and y after a consonant: in a run of y, every other one. */
function isConsonant(word: string, i: number): boolean {
  let first = i;
  while (first > 0 && word[first] === 'y') first--;
  const consonant = !'aeiou'.includes(word[first]);
  return (i - first) % 2 === 0 ? consonant : !consonant;
}

/** m in [C](VC)^m[V]: how often a consonant follows a vowel. */
function measure(stem: string): number {
  let count = 0;
  let afterVowel = false;
  for (let i = 0; i < stem.length; i++) {
    const consonant = isConsonant(stem, i);
    if (consonant && afterVowel) count++;
    afterVowel = !consonant;
  }
  return count;
}

const hasMeasure = (stem: string) => measure(stem) > 0;
const hasMeasureAbove1 = (stem: string) => measure(stem) > 1;

function containsVowel(stem: string): boolean {
  for (let i = 0; i < stem.length; i++) if (!isConsonant(stem, i)) return true;
  return false;
}

function endsDoubleConsonant(word: string): boolean {
  const last = word.length - 1;
  return last >= 1 && word[last] === word[last - 1] && isConsonant(word, last);
}

/** *o of the paper: consonant, vowel, consonant other than w, x, y. NLTK adds words of a vowel and a consonant. */
function endsCvc(word: string): boolean {
  const last = word.length - 1;
  if (last === 1) return !isConsonant(word, 0) && isConsonant(word, 1);
  const shape = last >= 2 && isConsonant(word, last - 2) && !isConsonant(word, last - 1) && isConsonant(word, last);
  return shape && !'wxy'.includes(word[last]);
}

/** The first rule whose suffix fits decides, even where its condition then fails. */
function apply(word: string, rules: readonly Rule[]): string {
  for (const [suffix, replacement, condition] of rules) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, word.length - suffix.length);
    return !condition || condition(stem) ? stem + replacement : word;
  }
  return word;
}

function step1a(word: string): string {
  if (word.length === 4 && word.endsWith('ies')) return `${word[0]}ie`;
  return apply(word, [
    ['sses', 'ss'],
    ['ies', 'i'],
    ['ss', 'ss'],
    ['s', ''],
  ]);
}

function step1b(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, -3) + (word.length === 4 ? 'ie' : 'i');
  if (word.endsWith('eed')) return apply(word, [['eed', 'ee', hasMeasure]]);
  const suffix = ['ed', 'ing'].find((end) => word.endsWith(end) && containsVowel(word.slice(0, -end.length)));
  if (!suffix) return word;
  const stem = word.slice(0, -suffix.length);
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsCvc(stem) ? `${stem}e` : stem;
}

function step1c(word: string): string {
  return apply(word, [['y', 'i', (stem) => stem.length > 1 && isConsonant(stem, stem.length - 1)]]);
}

function step2(word: string): string {
  if (word.endsWith('alli') && hasMeasure(word.slice(0, -4))) return step2(word.slice(0, -2));
  return apply(word, [
    ['ational', 'ate', hasMeasure],
    ['tional', 'tion', hasMeasure],
    ['enci', 'ence', hasMeasure],
    ['anci', 'ance', hasMeasure],
    ['izer', 'ize', hasMeasure],
    ['bli', 'ble', hasMeasure],
    ['alli', 'al', hasMeasure],
    ['entli', 'ent', hasMeasure],
    ['eli', 'e', hasMeasure],
    ['ousli', 'ous', hasMeasure],
    ['ization', 'ize', hasMeasure],
    ['ation', 'ate', hasMeasure],
    ['ator', 'ate', hasMeasure],
    ['alism', 'al', hasMeasure],
    ['iveness', 'ive', hasMeasure],
    ['fulness', 'ful', hasMeasure],
    ['ousness', 'ous', hasMeasure],
    ['aliti', 'al', hasMeasure],
    ['iviti', 'ive', hasMeasure],
    ['biliti', 'ble', hasMeasure],
    ['fulli', 'ful', hasMeasure],
    ['logi', 'log', (stem) => hasMeasure(`${stem}l`)], // NLTK counts the l as part of the stem
  ]);
}

function step3(word: string): string {
  return apply(word, [
    ['icate', 'ic', hasMeasure],
    ['ative', '', hasMeasure],
    ['alize', 'al', hasMeasure],
    ['iciti', 'ic', hasMeasure],
    ['ical', 'ic', hasMeasure],
    ['ful', '', hasMeasure],
    ['ness', '', hasMeasure],
  ]);
}

function step4(word: string): string {
  return apply(word, [
    ['al', '', hasMeasureAbove1],
    ['ance', '', hasMeasureAbove1],
    ['ence', '', hasMeasureAbove1],
    ['er', '', hasMeasureAbove1],
    ['ic', '', hasMeasureAbove1],
    ['able', '', hasMeasureAbove1],
    ['ible', '', hasMeasureAbove1],
    ['ant', '', hasMeasureAbove1],
    ['ement', '', hasMeasureAbove1],
    ['ment', '', hasMeasureAbove1],
    ['ent', '', hasMeasureAbove1],
    ['ion', '', (stem) => hasMeasureAbove1(stem) && /[st]$/.test(stem)],
    ['ou', '', hasMeasureAbove1],
    ['ism', '', hasMeasureAbove1],
    ['ate', '', hasMeasureAbove1],
    ['iti', '', hasMeasureAbove1],
    ['ous', '', hasMeasureAbove1],
    ['ive', '', hasMeasureAbove1],
    ['ize', '', hasMeasureAbove1],
  ]);
}

function step5a(word: string): string {
  return apply(word, [['e', '', (stem) => measure(stem) > 1 || (measure(stem) === 1 && !endsCvc(stem))]]);
}

function step5b(word: string): string {
  return apply(word, [['ll', 'l', (stem) => measure(`${stem}l`) > 1]]);
}
