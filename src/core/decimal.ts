/** Canonical numbers (canonical.ts) in their order, exactly: FileMaker has more digits than a JavaScript number. */

const shape = /^(-?)(\d+)(?:\.(\d+))?$/;

export const isDecimal = (text: string): boolean => shape.test(text);

/** Below 0 where `a` is less; both are decimals. */
export function comparedDecimals(a: string, b: string): number {
  const [one, other] = [scaled(a, fractionOf(b)), scaled(b, fractionOf(a))];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

const fractionOf = (text: string): number => shape.exec(text)?.[3]?.length ?? 0;

/** As a whole number of units with as many decimals as the text has, or `least`. */
function scaled(text: string, least: number): bigint {
  const [, sign = '', whole = '0', fraction = ''] = shape.exec(text) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(least, '0')}`);
}
