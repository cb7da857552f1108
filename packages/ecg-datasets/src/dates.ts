const MONTH = '(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*';

const DATES = [
  /\b\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?\b/g, // 1994-08-02 17:12:22
  /\b\d{1,2}\s?[.:/-]\s?\d{1,2}\s?[.:,/-]\s?(?:19|20|21)?\d{2}\b/g, // 28.12.93, 8:4:92, 30:4,92
  new RegExp(`\\b\\d{1,2}[. -]{0,2}${MONTH}[., -]{0,3}(?:19|20|21)?\\d{2}\\b`, 'gi'), // 12-MAR-2105
  new RegExp(`\\b${MONTH}[. -]{1,2}\\d{1,2}(?:st|nd|rd|th)?(?:,\\s?|\\s)(?:19|20|21)\\d{2}\\b`, 'gi'), // March 12, 1992
];

/** A report without the days on which this or an earlier ECG was taken: 'verglichen mit 28.12.93' ends with '[date]'. */
export function withoutDates(report: string): string {
  return DATES.reduce((text, date) => text.replace(date, '[date]'), report);
}
