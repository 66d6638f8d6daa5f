import { type Conflict, codeOfConflict, keptUntil } from '../../../src/core/conflict.ts';
import type { Conflicts } from '../../../src/ports/conflicts.ts';
import { frozen } from './frozen.ts';
import { Stores } from './stores.ts';

export function memoryConflicts(stores = new Stores()): Conflicts {
  const kept = stores.map<Conflict>(({ table }) => ({ table }));
  return {
    async putConflicts(given) {
      for (const one of given) {
        const isLate = kept.get(one.id)?.choices !== undefined && one.choices === undefined;
        if (!isLate) kept.set(one.id, frozen(one));
      }
      const now = Math.max(...given.map(({ at }) => at));
      for (const one of kept.values()) if (!one.open && keptUntil(one) < now) kept.delete(one.id);
    },
    async conflicts(limit, { table, open = false } = {}) {
      return [...kept.values()]
        .filter((one) => (table === undefined || one.table === table) && (!open || one.open))
        .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
        .slice(0, limit);
    },
    async conflictsById(ids) {
      return ids.flatMap((id) => kept.get(id) ?? []);
    },
    async conflictsOf(table, key) {
      return [...kept.values()].filter((one) => one.table === table && one.key === key);
    },
    async conflictsByCode(start, limit) {
      return [...kept.values()].filter((one) => codeOfConflict(one).startsWith(start)).slice(0, limit);
    },
    async dropConflicts(ids) {
      for (const id of ids) kept.delete(id);
    },
    async countConflicts() {
      return kept.size;
    },
    async countOpenConflicts() {
      return [...kept.values()].filter(({ open }) => open).length;
    },
  };
}
