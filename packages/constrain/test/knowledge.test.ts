import { EcgVocabulary, trainBpe } from '@heartllm/vocab-bridge';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Knowledge, type Ontology, parseAnswers, parseOntology } from '../src/index.ts';
import { readQuestion } from '../src/question.ts';
import { Sayings } from '../src/sayings.ts';
import { Words } from '../src/words.ts';

/** A small one, with two levels of groups. */
const ontology: Ontology = {
  schemaVersion: 1,
  name: 'small',
  about: 'For tests.',
  yesNo: ['yes', 'no'],
  none: 'none',
  questions: [{ says: 'rhythm', topics: ['rhythm'] }],
  certainty: { maybe: ['*', 'possible *'] },
  terms: [
    { id: 'MI', answer: 'infarction' },
    { id: 'old', implies: ['MI'] },
    { id: 'AMI', answer: 'anterior infarction', report: 'anterior infarct', certainty: 'maybe', implies: ['old'] },
    { id: 'NORM', answer: 'normal ecg', report: 'normal ecg' },
    { id: 'SR', answer: 'sinus rhythm', report: 'sinus rhythm', topics: ['rhythm'] },
    { id: 'AFIB', answer: 'atrial fibrillation', report: 'atrial fibrillation', topics: ['rhythm'] },
  ],
  contradictions: [
    { between: [['SR'], ['AFIB']], reason: 'One rhythm at a time.' },
    { between: [['NORM'], ['MI'], ['AFIB']], reason: 'Not normal.' },
  ],
};
const small = new Knowledge({ ontology });

/** All texts of at most so many answers that may be written. */
function allTexts(sayings: Sayings, most = 3): string[] {
  const texts: string[] = [];
  const extend = (said: string[]) => {
    for (const { text } of sayings.all) {
      const joined = [...said, text].join('.');
      if (sayings.settle(joined) === joined) texts.push(joined);
      if (said.length + 1 < most) extend([...said, text]);
    }
  };
  extend([]);
  return texts.sort();
}

describe('what may answer a question', () => {
  test('yes or no, and nothing more', () => {
    const { kind, sayings } = small.answersTo('Is this a normal ECG?');
    expect([kind, allTexts(sayings)]).toEqual(['yes/no', ['no', 'yes']]);
  });

  test('a choice: what it offers, both in any order unless they contradict, or none', () => {
    const ask = (question: string) => {
      const { kind, sayings } = small.answersTo(question);
      return [kind, allTexts(sayings)];
    };
    const free = ['anterior infarction', 'anterior infarction.sinus rhythm', 'none'];
    expect(ask('Which symptom does this ECG show, anterior infarction or sinus rhythm?')).toEqual([
      'choice',
      [...free, 'sinus rhythm', 'sinus rhythm.anterior infarction'],
    ]);
    expect(ask('Which symptom does this ECG show, sinus rhythm or atrial fibrillation?')).toEqual([
      'choice',
      ['atrial fibrillation', 'none', 'sinus rhythm'],
    ]);
    // not to name the group is to deny it, and what belongs to it cannot hold then
    expect(ask('Which symptom does this ECG show, infarction or anterior infarction?')).toEqual([
      'choice',
      ['anterior infarction.infarction', 'infarction', 'infarction.anterior infarction', 'none'],
    ]);
    expect(ask('Which animal is it, cat or dog?')[1]).toEqual(['cat', 'cat.dog', 'dog', 'dog.cat', 'none']);
    expect(ask('Is it normal, yes or no?')).toEqual(['yes/no', ['no', 'yes']]);
  });

  test('an open question: answers of its topic, each once, none of which contradict each other', () => {
    expect(allTexts(small.answersTo('What rhythm does this ECG show?').sayings)).toEqual([
      'atrial fibrillation',
      'none',
      'sinus rhythm',
    ]);
    const all = allTexts(small.answersTo('Which symptoms does this ECG show?').sayings, 4).map((text) =>
      text.split('.'),
    );
    expect(all.length).toBeGreaterThan(10);
    for (const names of all) {
      expect(new Set(names).size).toBe(names.length);
      if (names.includes('none')) expect(names).toEqual(['none']);
      if (names.includes('anterior infarction')) expect(names).toContain('infarction');
      for (const a of names) for (const b of names) expect(small.contradiction(a, b)).toBeUndefined();
    }
  });

  test('with a list only what it holds; what the ontology does not know contradicts nothing', () => {
    const listed = new Knowledge({ ontology, answers: ['Sinus rhythm', 'tall t', 'no', 'atrial fibrillation'] });
    expect(allTexts(listed.answersTo('Is it normal?').sayings)).toEqual(['no']);
    expect(allTexts(listed.answersTo('What rhythm does it show?').sayings)).toEqual([
      'Sinus rhythm',
      'atrial fibrillation',
      'none',
    ]);
    const open = allTexts(listed.answersTo('What is it?').sayings);
    expect(open).toContain('tall t.atrial fibrillation');
    expect(open).not.toContain('atrial fibrillation.Sinus rhythm');
  });
});

test('contradictions are inherited by what belongs to a group, and what holds with a term is told', () => {
  expect(small.contradiction('anterior infarction', 'normal ecg')).toBe('Not normal.');
  expect(small.contradiction('normal ecg', 'Anterior Infarction')).toBe('Not normal.');
  expect(small.contradiction('anterior infarction', 'sinus rhythm')).toBeUndefined();
  expect(small.contradiction('what', 'ever')).toBeUndefined();
  expect(small.implied('anterior infarction')).toEqual(['anterior infarction', 'infarction']);
});

test('reports are sentences of the ontology without contradictions, each said once', () => {
  const { reports } = small;
  for (const good of ['sinus rhythm. possible anterior infarct.', 'normal ecg. sinus rhythm.']) {
    expect(reports.settle(good)).toBe(good);
  }
  expect(reports.settle('sinus rhythm. atrial fibrillation.')).toBe('sinus rhythm.');
  expect(reports.settle('anterior infarct. possible anterior infarct.')).toBe('anterior infarct.');
  expect(reports.settle('anterior infarct. normal ecg.')).toBe('anterior infarct.');
  expect(reports.settle('sinus rhythm. possible anterior inf')).toBe('sinus rhythm.');
});

test('an ontology without sentences cannot constrain reports', () => {
  const terms = ontology.terms.map(({ report: _, ...term }) => term);
  const silent = new Knowledge({ ontology: { ...ontology, terms } });
  expect(() => silent.reports).toThrow('ontology small: no term has a report name, so reports cannot be constrained');
});

describe('in words of a vocabulary', () => {
  const names = ['sinus rhythm', 'sinus', 'block (of a kind)', 'überleitung', '心房颤动', 'st/t change'];
  // some of its words hold the end of an answer and the beginning of the next, and single bytes of characters
  const text = names.flatMap((a) => names.map((b) => `${a}.${b}`));
  const vocabulary = new EcgVocabulary(trainBpe([...text, ').', ').'], { vocabSize: 330 }), { codes: 3 });
  const words = new Words(vocabulary);
  const sayings = new Sayings(
    names.map((name) => ({ text: name, id: name })),
    { separator: '.', end: '' },
    { mayFollow: (said, id) => said.length < 3 && !said.includes(id), mayEnd: () => true },
  );
  const joined = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((all) => all.join('.'));
  const allowed = (generated: number[]) => {
    const logits = words.sayOnly([sayings])(generated, new Float32Array(vocabulary.size), 0);
    return [...logits.keys()].filter((id) => logits[id] > Number.NEGATIVE_INFINITY);
  };

  test('every allowed text can be written as the vocabulary writes it, and ended', () => {
    expect(vocabulary.encodeText(text.join('.')).length).toBeLessThan(text.join('.').length);
    fc.assert(
      fc.property(joined, (answer) => {
        const ids = [...vocabulary.encodeText(answer), vocabulary.eosId];
        for (let i = 0; i < ids.length; i++) expect(allowed(ids.slice(0, i))).toContain(ids[i]);
      }),
      { seed: 1 },
    );
  });

  test('whichever allowed words are taken, the text that comes out is one that is allowed', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (choices) => {
        const ids: number[] = [];
        for (const choice of choices) {
          const next = allowed(ids);
          expect(next.length).toBeGreaterThan(0);
          const id = next[choice % next.length];
          if (id === vocabulary.eosId) break;
          ids.push(id);
        }
        const answers = vocabulary.decodeText(ids).split('.');
        expect(new Set(answers).size).toBe(answers.length);
        for (const answer of answers) expect(names).toContain(answer);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('what is cut off is cut back to the last answer that is whole', () => {
    fc.assert(
      fc.property(joined, fc.nat(), (answer, at) => {
        const cut = answer.slice(0, at % (answer.length + 1));
        const settled = sayings.settle(cut);
        expect(cut.startsWith(settled)).toBe(true);
        expect(settled === '' || settled.split('.').every((name) => names.includes(name))).toBe(true);
      }),
    );
    expect(sayings.settle('st/t change.sinus rhythm.block')).toBe('st/t change.sinus rhythm');
    expect(sayings.settle('st/t')).toBe('');
  });

  test('words that are no bytes are refused', () => {
    const tokenizer = trainBpe(['a'], { vocabSize: 259 });
    const vocab = { ...tokenizer.model.vocab, '▁a': 300 };
    const other = new EcgVocabulary({ ...tokenizer, model: { ...tokenizer.model, vocab } }, { codes: 3 });
    expect(() => new Words(other)).toThrow('tokenizer.json: expected words of a byte-level BPE, found "▁a"');
  });
});

describe('what a question asks for', () => {
  const names = ['electrolytic disturbance or drug', 'sinus rhythm', 'rhythm', 'pattern (unknown, or other)'];
  test.each([
    ['Does this ECG show symptoms of electrolytic disturbance or drug?', 'yes/no', []],
    ['Is there sinus rhythm in this ECG?', 'yes/no', []],
    ["Isn't this an ECG with sinus rhythm?", 'yes/no', []],
    ['Does this ECG show symptoms of pattern (unknown, or other)?', 'yes/no', []],
    ['Can you tell me which rhythm this ECG shows?', 'open', []],
    ['What diagnostic symptoms does this ECG show?', 'open', []],
    ['Which one, sinus rhythm or electrolytic disturbance or drug?', 'choice', [names[1], names[0]]],
    ['Which one, electrolytic disturbance or drug or sinus rhythm?', 'choice', [names[0], names[1]]],
    ['Does it show Sinus Rhythm or pattern (unknown, or other)?', 'choice', [names[1], names[3]]],
    ['Which axis, left or right?', 'choice', ['left', 'right']],
  ])('%s', (question, kind, offered) => {
    expect(readQuestion(question, names)).toEqual({ kind, offered });
  });
});

describe('lists of answers', () => {
  test('one per line or JSON, without repetitions', () => {
    const answers = ['sinus rhythm', 'yes'];
    expect(parseAnswers('sinus rhythm\r\n\n  yes \nyes\n')).toEqual(answers);
    expect(parseAnswers('["sinus rhythm", "yes", "yes"]')).toEqual(answers);
    expect(parseAnswers('index,class\n0,no\n1,"a, b, or c"\n')).toEqual(['no', 'a, b, or c']);
  });

  test.each([
    ['yes\nno.\n', 'list.txt: line 2: expected an answer without a full stop, found "no."'],
    ['index,class\n0,a.b', 'list.txt: line 2: expected an answer without a full stop, found "a.b"'],
    ['["yes", 1]', 'list.txt: [1]: expected text, found 1'],
    ['["yes"', 'list.txt line 1, column 7: expected JSON'],
    [' \n', 'list.txt: expected at least one answer, found none'],
  ])('%j is refused', (text, message) => {
    expect(() => parseAnswers(text, 'list.txt')).toThrow(message);
  });
});

describe('ontology files', () => {
  test('are read as they are written', () => {
    expect(parseOntology(JSON.stringify(ontology))).toEqual(ontology);
  });

  const changed = (change: (copy: Ontology) => void) => {
    const copy = structuredClone(ontology);
    change(copy);
    return JSON.stringify(copy);
  };
  test.each([
    ['{', 'mine.json line 1, column 2: expected JSON'],
    ['[]', 'mine.json: expected an object, found []'],
    [changed((o) => Object.assign(o, { schemaVersion: 2 })), 'mine.json: schemaVersion: expected 1, found 2'],
    [changed((o) => Object.assign(o, { term: [] })), 'mine.json: unknown field term, expected'],
    [changed((o) => Object.assign(o, { none: 3 })), 'mine.json: none: expected text, found 3'],
    [changed((o) => Object.assign(o, { yesNo: 'yes' })), 'mine.json: yesNo: expected a list, found "yes"'],
    [changed((o) => Object.assign(o, { yesNo: [] })), 'mine.json: yesNo: expected at least one answer, found []'],
    [changed((o) => o.terms.push({ id: 'SR' })), 'mine.json: terms[6].id: expected an id of its own, found SR again'],
    [changed((o) => Object.assign(o.terms[0], { answers: 'x' })), 'mine.json: terms[0]: unknown field answers'],
    [
      changed((o) => Object.assign(o.terms[0], { answer: 'a. b' })),
      'mine.json: terms[0].answer: expected a name without a full stop or spaces around it, found "a. b"',
    ],
    [
      changed((o) => Object.assign(o.terms[1], { implies: ['XX'] })),
      'mine.json: terms[1].implies[0]: expected the id of a term, found "XX"',
    ],
    [
      changed((o) => Object.assign(o.terms[2], { certainty: 'sure' })),
      'mine.json: terms[2].certainty: expected maybe, found "sure"',
    ],
    [
      changed((o) => o.contradictions[0].between.pop()),
      'mine.json: contradictions[0].between: expected two groups of terms or more, found 1',
    ],
    [
      changed((o) => o.contradictions[0].between[1].push('XX')),
      'mine.json: contradictions[0].between[1][1]: expected the id of a term, found "XX"',
    ],
    [
      changed((o) => o.contradictions.push({ between: [['AMI'], ['MI']], reason: 'Why not.' })),
      'mine.json: terms[2]: AMI contradicts itself (Why not.)',
    ],
    [
      changed((o) => o.questions[0].topics.push('rythm')),
      'mine.json: questions[0].topics: expected topics of terms, found "rythm"',
    ],
    [
      changed((o) => Object.assign(o.certainty, { maybe: ['perhaps'] })),
      'mine.json: certainty.maybe: expected ways with one * each, found "perhaps"',
    ],
  ])('a wrong one is refused (%#)', (text, message) => {
    expect(() => parseOntology(text, 'mine.json')).toThrow(message);
  });
});
