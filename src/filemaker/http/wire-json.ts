/**
 * JSON in which no number loses a digit: one that a double cannot hold becomes the text of its digits.
 *
 * FileMaker sends numbers of any length bare (github Luidog/node-red-contrib-filemaker#61). The lossless parser is
 * some ten times slower than the engine's own, so it reads only answers in which a long number may stand.
 */
import { isSafeNumber, parse } from 'lossless-json';

/** Up to 15 digits a double gives back what was written. Text that looks like a number only costs time. */
const perhapsLong = /[[:,]\s*-?(?:[\d.]{16}|[\d.]+[eE])/;

/** Undefined where it is no JSON. Parser errors quote the text, so they go no further (R9). */
export function parseWire(text: string): unknown {
  try {
    if (!perhapsLong.test(text)) return JSON.parse(text);
    return parse(text, undefined, (digits) => (isSafeNumber(digits) ? Number(digits) : digits));
  } catch {
    return undefined;
  }
}
