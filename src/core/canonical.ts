/**
 * Canonical values (docs/architecture.md): the one text that stands for a value whatever server and API it came from, so that
 * equal values have equal digests. Empty is '' whatever the type. Text: line ends as `\n`, otherwise as it is.
 * Date `2026-11-22`, time `10:00:00`, timestamp `2026-11-22T10:00:00`, never converted between zones.
 */

/** FileMaker keeps `\r`; clients send `\r\n` or `\n`. */
export const canonicalText = (text: string): string =>
  text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text;

const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/**
 * The exact decimal of a number without a sign for zero, leading or trailing zeros, or exponent; text that is no
 * number stays as it is (FileMaker keeps text in number fields).
 */
export function canonicalNumber(text: string): string {
  const match = decimal.exec(text.trim());
  const [, sign, whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || whole + fraction === '') return canonicalText(text);
  const shift = Number(exponent);
  if (Math.abs(shift) > 500) return canonicalText(text);
  return sign === '-' ? negated(place(whole, fraction, shift)) : place(whole, fraction, shift);
}

function place(whole: string, fraction: string, shift: number): string {
  const digits = whole + fraction;
  const point = whole.length + shift;
  const left = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0');
  const right = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const integer = left.replace(/^0+/, '') || '0';
  const rest = right.replace(/0+$/, '');
  return rest === '' ? integer : `${integer}.${rest}`;
}

const negated = (number: string): string => (number === '0' ? '0' : `-${number}`);
