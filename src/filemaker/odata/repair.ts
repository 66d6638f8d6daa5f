/**
 * JSON as FileMaker Server sends it by OData where it is none: a bare `?` for a calculation that failed, `.5` and `-.06`, and line
 * ends and other control characters that stand in strings as they are (seen by several clients of real servers).
 *
 * Done only where parsing failed. In strings nothing changes but that control characters are escaped.
 */
import { parseWire } from '../http/wire-json.ts';

/** Undefined where it is no JSON even then. */
export const parseRepaired = (text: string): unknown => parseWire(text) ?? parseWire(repaired(text));

/** A string, whole or cut off; a number or what was to be one; a question mark. */
const token = /"(?:[^"\\]|\\[\s\S])*"?|-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|\?+/g;

export const repaired = (text: string): string =>
  text.replaceAll(token, (found) => {
    if (found.startsWith('"')) return escaped(found);
    if (found.startsWith('?')) return 'null';
    return found.replace(/^(-?)\./, '$10.').replace(/\.(?=$|[eE])/, '');
  });

const escaped = (string: string): string =>
  string.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
