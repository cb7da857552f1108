const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What XML 1.0 forbids, other control characters but line breaks and tabs, and what turns the direction of text round. */
const UNPRINTABLE = /(?![\n\r\t])[\p{Cc}\p{Cs}\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text made safe for element content and quoted attributes of HTML and SVG; what cannot be shown becomes U+FFFD. */
export function escapeText(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
