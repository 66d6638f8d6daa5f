/** A repeatable stream of numbers in [0, 1): mulberry32. */
import type { Random } from '../ports/clock.ts';

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A version-4 UUID as FileMaker's Get(UUID) writes it: upper case. */
export function randomUuid(random: Random): string {
  let digits = '';
  for (let word = 0; word < 4; word += 1) {
    digits += Math.floor(random() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0');
  }
  const variant = '89AB'.charAt(Math.floor(random() * 4));
  const text = `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
  return text.toUpperCase();
}
