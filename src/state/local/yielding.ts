/**
 * A port whose every call first lets waiting I/O go ahead. SQLite works synchronously: without it a run of calls holds
 * up the answers of servers, whose sessions then stand idle (measured: an eighth of the time of a first sync).
 */
import { setImmediate as turn } from 'node:timers/promises';

/** Rows that are written in one turn: more hold up the answers of servers for tens of milliseconds, fewer cost more commits (measured). */
const rowsInOneTurn = 100;

/** The same within a call that writes many rows: they are no whole for anybody. */
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
