import type { EntryPlace } from '../../../src/core/head.ts';
import type { HistoryEntry } from '../../../src/core/history.ts';
import type { Histories } from '../../../src/ports/history.ts';
import { byBytes, frozen, joined } from './frozen.ts';
import { Stores } from './stores.ts';

const nameOf = ({ table, key, version, id }: HistoryEntry): string => joined(table, key, String(version), id);

export function memoryHistory(stores = new Stores()): Histories {
  const kept = stores.map<HistoryEntry>(({ table }) => ({ table }));
  return {
    async putHistory(entries) {
      for (const entry of entries) kept.set(nameOf(entry), frozen(entry));
    },
    async history(table, key, limit, after) {
      return [...kept.values()]
        .filter((one) => one.table === table && one.key === key)
        .filter((one) => after === undefined || inOrder(after, one) < 0)
        .toSorted(inOrder)
        .slice(0, limit);
    },
    async dropHistory(table, key) {
      const own = [...kept].filter(([, one]) => one.table === table && one.key === key);
      for (const [name] of own) kept.delete(name);
      return own.length;
    },
  };
}

const inOrder = (a: EntryPlace, b: EntryPlace): number => b.version - a.version || byBytes(a.id, b.id);
