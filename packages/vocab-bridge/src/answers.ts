/** ECG-QA's answer list as the one text that the model learns: `['qt interval', 'rr interval']` is `qt interval.rr interval`. */
export function joinAnswer(answers: readonly string[]): string {
  return answers.join('.');
}

/** The answer list of a generated text: trimmed and split at every `.`, as the published evaluation does. */
export function splitAnswer(text: string): string[] {
  return text.trim().split('.');
}
