/**
 * A port whose every call first lets waiting I/O go ahead, one call in each turn of the event loop. SQLite works synchronously: without
 * it a run of calls, or many at the same time, hold up the answers of servers, whose sessions then stand idle (measured: an eighth of
 * the time of a first sync).
 */

/** Rows that are read or written in one turn: more hold up the answers of servers, fewer cost more commits (measured). */
export const rowsInOneTurn = 25;

const waiting: (() => void)[] = [];

/** Resolves in a turn of its own; first come, first served. The event loop is the process's, and so is this. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(next);
  });

function next(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}

/** The same within a call on many rows: they are no whole for anybody. */
export async function inTurns<Item>(
  items: readonly Item[],
  work: (some: readonly Item[]) => void,
): Promise<void> {
  for (let from = 0; from < items.length; from += rowsInOneTurn) {
    if (from > 0) await turn();
    work(items.slice(from, from + rowsInOneTurn));
  }
}

export function yielding<Port extends object>(port: Port): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        await turn();
        const result: unknown = Reflect.apply(member, target, args);
        return result;
      };
    },
  });
}
