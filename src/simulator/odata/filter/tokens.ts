/**
 * The words of `$filter`, `$select`, `$orderby` and of keys, by FileMaker's own rules: names that need quotes have double ones,
 * texts have single ones, dates have none.
 *
 * No package fits: those on npm read standard OData, which has no quoted names.
 */
import { FileMakerFailure } from '../../failure.ts';
import { syntaxError } from '../faults.ts';

export type Literal =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly digits: string }
  /** Neutral, as the store has it. */
  | { readonly kind: 'date' | 'time' | 'timestamp'; readonly neutral: string }
  | { readonly kind: 'null' };

export type Token = { readonly at: number } & (
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'name'; readonly name: string; readonly isQuoted: boolean }
  | { readonly kind: 'mark'; readonly mark: '(' | ')' | ',' | '=' }
);

export type Tokens = { readonly text: string; readonly list: readonly Token[] };

export type NameRules = { readonly quoteUnderscores: boolean };

type Reader = readonly [
  RegExp,
  (match: RegExpExecArray, rules: NameRules, rest: string) => Token | undefined,
];

const mark = (text: string): '(' | ')' | ',' | '=' =>
  text === '(' || text === ')' || text === ',' ? text : '=';

const literal = (at: number, value: Literal): Token => ({ kind: 'literal', at, literal: value });

const readers: readonly Reader[] = [
  [/ +/y, () => undefined],
  [/[(),=]/y, ({ 0: text, index }) => ({ kind: 'mark', at: index, mark: mark(text) })],
  [
    /'((?:[^']|'')*)'/y,
    ({ 1: text = '', index }) => literal(index, { kind: 'text', text: text.replaceAll("''", "'") }),
  ],
  [
    /"((?:[^"]|"")*)"/y,
    ({ 1: text = '', index }) => ({
      kind: 'name',
      at: index,
      name: text.replaceAll('""', '"'),
      isQuoted: true,
    }),
  ],
  [
    /(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?/y,
    ({ index, ...match }, _rules, rest) => {
      const zone = match[4];
      // Seen on real servers: a timestamp that does not say its zone is no timestamp.
      if (zone === undefined) throw syntaxError(rest);
      const wall = `${match[1] ?? ''}T${match[2] ?? ''}${match[3] ?? ':00'}`;
      return literal(index, { kind: 'timestamp', neutral: inHostZone(wall, zone) });
    },
  ],
  [/\d{4}-\d\d-\d\d(?![\w-])/y, ({ 0: text, index }) => literal(index, { kind: 'date', neutral: text })],
  [
    /(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(?!\w)/y,
    ({ index, ...match }) =>
      literal(index, { kind: 'time', neutral: `${match[1] ?? ''}${match[2] ?? ':00'}` }),
  ],
  [
    /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w-])/y,
    ({ 0: text, index }) => literal(index, { kind: 'number', digits: text }),
  ],
  [/(?:FMFID|FMTID):\d+/y, ({ 0: text, index }) => ({ kind: 'name', at: index, name: text, isQuoted: true })],
  [/@?[\p{L}_][\p{L}\p{N}_.]*/uy, ({ 0: text, index }, rules, rest) => word(text, index, rules, rest)],
];

/** Zone offsets are relative to the host's own zone, and `Z` is its wall clock (section 1.9). */
export function inHostZone(wall: string, zone: string): string {
  if (zone === 'Z') return wall;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return new Date(Date.parse(`${wall}Z`) - offset).toISOString().slice(0, 19);
}

function word(text: string, at: number, { quoteUnderscores }: NameRules, rest: string): Token {
  if (text === 'null') return literal(at, { kind: 'null' });
  // oxlint-disable-next-line no-control-regex -- all that is ASCII
  if (/[^\x00-\x7f]/.test(text)) throw new FileMakerFailure('8310', 'Internal data formatting error', 400);
  if (text.toLowerCase() === 'id' || (quoteUnderscores && text.includes('_'))) throw syntaxError(rest);
  return { kind: 'name', at, name: text, isQuoted: false };
}

/** Throws -1002, and 8310 for a name that needs quotes since it is not plain ASCII. */
export function tokensOf(text: string, rules: NameRules): Tokens {
  const list: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const from = at;
    const rest = text.slice(from);
    for (const [pattern, read] of readers) {
      pattern.lastIndex = from;
      const match = pattern.exec(text);
      if (!match) continue;
      const token = read(match, rules, rest);
      if (token) list.push(token);
      at = from + match[0].length;
      break;
    }
    if (at === from) throw syntaxError(rest);
  }
  return { text, list };
}
