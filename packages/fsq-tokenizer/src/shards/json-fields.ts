import { jsonObject, parseJson } from '@heartllm/source';
/** A JSON object. @throws FileError where it is none */
export function parseObject(text: string, where: string): Record<string, unknown> {
  return jsonObject(parseJson(text, where), where);
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
export const isPositive = (value: unknown): value is number => Number.isFinite(value) && (value as number) > 0;
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
export const isBound = (value: unknown): value is 'sigmoid' | 'tanh' => value === 'sigmoid' || value === 'tanh';
export const listOf =
  <T>(is: (value: unknown) => value is T) =>
  (value: unknown): value is T[] =>
    Array.isArray(value) && value.length > 0 && value.every(is);

/** What was found, fit for a message. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
