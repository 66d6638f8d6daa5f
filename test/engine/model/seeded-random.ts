/** Xorshift: the same numbers for the same seed, on every machine. */
export type Dice = {
  readonly next: () => number;
  /** A whole number from 0 to n - 1. */
  readonly pick: (n: number) => number;
  readonly chance: (probability: number) => boolean;
};

export function diceOf(seed: number): Dice {
  let state = Math.imul(seed, 2_654_435_761) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
  return { next, pick: (n) => Math.floor(next() * n), chance: (probability) => next() < probability };
}
