// A sentence as five letters: the bundle knows its translations by them, and need not hold every sentence twice.

export const LETTERS = 5;
const MANY = 36 ** LETTERS;

export function digest(text) {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) % MANY;
  return sum.toString(36).padStart(LETTERS, "0");
}
