import type { Parked } from '../../../src/core/conflict.ts';
import type { Keepsakes } from '../../../src/ports/control.ts';
import { byBytes, frozen, joined } from './frozen.ts';
import { Stores } from './stores.ts';

export function memoryKeepsakes(stores = new Stores()): Keepsakes {
  const kept = stores.map<Parked>();
  return {
    async park(given) {
      for (const one of given) kept.set(joined(one.table, one.server, one.key), frozen(one));
    },
    async unpark(table, server, keys) {
      for (const key of keys) kept.delete(joined(table, server, key));
    },
    async parked(limit) {
      return [...kept.values()].toSorted((a, b) => b.at - a.at).slice(0, limit);
    },
    async parkedPage(table, server, limit, after = '') {
      return [...kept.values()]
        .filter((one) => one.table === table && one.server === server && byBytes(one.key, after) > 0)
        .toSorted((a, b) => byBytes(a.key, b.key))
        .slice(0, limit);
    },
    async parkedDue(server, now, limit) {
      const due = [...kept.values()].flatMap((one) =>
        one.server === server && one.retryAt !== undefined && one.retryAt <= now
          ? [{ one, retryAt: one.retryAt }]
          : [],
      );
      return due
        .toSorted((a, b) => a.retryAt - b.retryAt)
        .slice(0, limit)
        .map(({ one }) => one);
    },
    async parkedAmong(table, server, keys) {
      const among = keys.flatMap((key) => kept.get(joined(table, server, key)) ?? []);
      return new Map(among.map((one) => [one.key, one]));
    },
    async countParked() {
      return kept.size;
    },
    async parkedByServer() {
      const servers = Map.groupBy(kept.values(), (one) => one.server);
      return new Map([...servers].map(([server, of]) => [server, of.length]));
    },
    async parkedPlaces() {
      const places = Map.groupBy(kept.values(), ({ table, server }) => joined(table, server, ''));
      return [...places.values()].flatMap((of) =>
        of.slice(0, 1).map(({ table, server }) => ({ table, server, records: of.length })),
      );
    },
  };
}
