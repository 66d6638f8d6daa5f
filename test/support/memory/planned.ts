import type { Conflict } from '../../../src/core/conflict.ts';
import { foldedKey } from '../../../src/core/look-up.ts';
import type {
  Planned,
  PlannedConflicts,
  PlannedKind,
  PlannedPlace,
  PlannedWrite,
} from '../../../src/ports/planned.ts';
import { byBytes, frozen, joined } from './frozen.ts';

export function memoryPlanned(): Planned {
  const writes = new Map<string, PlannedWrite>();
  const conflicts = new Map<string, Conflict>();
  const at = ({ table, server }: PlannedPlace, kinds: readonly PlannedWrite['kind'][]): PlannedWrite[] =>
    [...writes.values()].filter(
      (one) => one.table === table && one.server === server && kinds.includes(one.kind),
    );
  return {
    async putWrite(write) {
      writes.set(joined(write.table, write.server, write.recordId), frozen(write));
    },
    async writesTo({ table, server }, recordIds) {
      const found = recordIds.flatMap((recordId) => writes.get(joined(table, server, recordId)) ?? []);
      return new Map(found.map((write) => [write.recordId, write]));
    },
    async createdLike(place, keys) {
      const folds = new Set(keys.map(foldedKey));
      return at(place, ['create']).filter(({ key }) => folds.has(foldedKey(key)));
    },
    async counts() {
      const kinds: readonly PlannedKind[] = ['create', 'edit', 'delete'];
      const places = new Map([...writes.values()].map((one) => [joined(one.table, one.server), one]));
      return [...places.values()].flatMap((place) =>
        kinds.flatMap((kind) => {
          const { table, server } = place;
          const of = at(place, [kind]);
          const parked = of.filter((one) => one.parked !== undefined).length;
          const fields = kind === 'edit' ? fieldsOf(of) : {};
          return of.length === 0 ? [] : { table, server, kind, records: of.length, parked, fields };
        }),
      );
    },
    async writes(place, kind, limit) {
      return at(place, [kind])
        .toSorted((a, b) => byBytes(a.key, b.key))
        .slice(0, limit);
    },
    async putConflicts(given) {
      for (const one of given) conflicts.set(one.id, frozen(one));
    },
    async conflictCounts() {
      const alike = Map.groupBy(conflicts.values(), ({ table, winner, loser, rule, kind }) =>
        JSON.stringify([table, winner.server, loser.server, rule, kind]),
      );
      return [...alike.values()].flatMap((of) => (of[0] ? countOf(of[0], of.length) : []));
    },
    async conflicts(table, limit) {
      return [...conflicts.values()]
        .filter((one) => one.table === table)
        .toSorted((a, b) => byBytes(a.key, b.key) || byBytes(a.field, b.field) || byBytes(a.id, b.id))
        .slice(0, limit);
    },
  };
}

function fieldsOf(writes: readonly PlannedWrite[]): Readonly<Record<string, number>> {
  const names = writes.flatMap(({ values }) => Object.keys(values));
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

const countOf = ({ table, kind, rule, winner, loser }: Conflict, fields: number): PlannedConflicts => ({
  table,
  kind,
  ...(rule !== undefined && { rule }),
  winner: winner.server,
  loser: loser.server,
  fields,
});
