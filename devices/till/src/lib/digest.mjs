// A sentence as five letters: the bundle knows its translations by them, and need not hold every sentence twice.

const MANY = 36 ** 5;

export function digest(text) {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) % MANY;
  return sum.toString(36);
}
