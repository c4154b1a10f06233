const stopWords = new Set(
  (
    'a an and are as at be been but by can could did do does for from get got had has have how i if in into is it its me my ' +
    'no not of on or our please so that the their them then there they this to too up us was we were what when where ' +
    'which will with would you your'
  ).split(' '),
);

/** Lower-case words and numbers of a text, in order, without stop words, plural and verb endings cut. */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const [word] of text.toLowerCase().matchAll(/[a-z0-9]+/g)) {
    if (!stopWords.has(word)) tokens.push(stem(word));
  }
  return tokens;
}

function stem(word: string): string {
  if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 4 && word.endsWith('ed')) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) return word.slice(0, -1);
  return word;
}

/** The sentences of a text, without surrounding white space. */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
