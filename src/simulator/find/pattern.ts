/**
 * Find-mode text as characters that are either meant literally (escaped by `\`, or within quotes) or are operators,
 * and as regular expressions. Meanings of `@ # *` and `"` are from the help's page on finding text; word ends are
 * assumed to be everything but letters, digits and `_`.
 */
export type Sign = { readonly text: string; readonly literal: boolean; readonly quoted: boolean };

export function signsOf(criterion: string): readonly Sign[] {
  const signs: Sign[] = [];
  let quoted = false;
  let escaped = false;
  for (const text of criterion) {
    if (escaped) signs.push({ text, literal: true, quoted });
    else if (text === '"') quoted = !quoted;
    else if (text !== '\\') signs.push({ text, literal: quoted, quoted });
    escaped = !escaped && text === '\\';
  }
  return signs;
}

const wildcards: Readonly<Record<string, string>> = { '*': '.*', '@': '.', '#': '\\d' };

export const hasWildcard = (signs: readonly Sign[]): boolean =>
  signs.some((sign) => !sign.literal && sign.text in wildcards);

export const literalText = (signs: readonly Sign[]): string => signs.map((sign) => sign.text).join('');

const special = /[\\^$.*+?()[\]{}|/]/;

const source = (signs: readonly Sign[]): string =>
  signs
    .map((sign) => (sign.literal ? undefined : wildcards[sign.text]) ?? sign.text.replace(special, '\\$&'))
    .join('');

const wordCharacter = '[\\p{L}\\p{N}\\p{M}_]';

export const wholeField = (signs: readonly Sign[]): RegExp => new RegExp(`^${source(signs)}$`, 'isu');

/** Every term must begin a word; with `whole`, end it too. */
export function wordPatterns(signs: readonly Sign[], whole: boolean): readonly RegExp[] {
  const end = whole ? `(?!${wordCharacter})` : '';
  return termsOf(signs).map((term) => new RegExp(`(?<!${wordCharacter})${source(term)}${end}`, 'isu'));
}

const inWord = /[\p{L}\p{N}\p{M}_]/u;

/** Quoted phrases as they are, the rest word by word. */
function termsOf(signs: readonly Sign[]): readonly (readonly Sign[])[] {
  const terms: Sign[][] = [];
  let open: Sign[] = [];
  for (const [at, sign] of signs.entries()) {
    const belongs = sign.quoted || inWord.test(sign.text) || (!sign.literal && sign.text in wildcards);
    if (!belongs || signs[at - 1]?.quoted !== sign.quoted) {
      if (open.length > 0) terms.push(open);
      open = [];
    }
    if (belongs) open.push(sign);
  }
  return open.length > 0 ? [...terms, open] : terms;
}
