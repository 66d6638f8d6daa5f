/** A copy that nobody can change, so that a caller which goes on using what it stored or read cannot spoil either. */
export const frozen = <Value>(value: Value): Value => freeze(structuredClone(value));

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}

/** One string for several: no two lists of names give the same. */
export const joined = (...names: readonly string[]): string => JSON.stringify(names);

/** The order of the texts' UTF-8 bytes. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
