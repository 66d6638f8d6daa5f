import { z } from 'zod';
import type { Halt } from '../../../src/core/halt.ts';
import type { DeleteCount, Suspect } from '../../../src/core/suspect.ts';
import type { SweepAsk, SweepState } from '../../../src/core/sweep.ts';
import type { Halts, Suspects, Sweeps } from '../../../src/ports/safety.ts';
import { byBytes, frozen, joined } from './frozen.ts';
import { Stores } from './stores.ts';

export function memorySuspects(stores = new Stores()): Suspects {
  const kept = stores.map<Suspect>();
  const counts = stores.map<DeleteCount>();
  return {
    async putSuspects(given) {
      for (const one of given) kept.set(joined(one.table, one.server, one.key), frozen(one));
    },
    async dropSuspects(table, server, keys) {
      for (const key of keys) kept.delete(joined(table, server, key));
    },
    async suspects(table, server, limit, after = '') {
      return [...kept.values()]
        .filter((one) => one.table === table && one.server === server && byBytes(one.key, after) > 0)
        .toSorted((a, b) => byBytes(a.key, b.key))
        .slice(0, limit);
    },
    async suspectsAmong(table, server, keys) {
      const among = keys.flatMap((key) => kept.get(joined(table, server, key)) ?? []);
      return new Map(among.map((one) => [one.key, one]));
    },
    async deleteCount(table, server) {
      return counts.get(joined(table, server));
    },
    async putDeleteCount(count) {
      return putRevised(counts, count);
    },
  };
}

function putRevised<Value extends { readonly table: string; readonly server: string; readonly rev: number }>(
  stored: Map<string, Value>,
  value: Value,
): boolean {
  const name = joined(value.table, value.server);
  if ((stored.get(name)?.rev ?? 0) !== value.rev - 1) return false;
  stored.set(name, frozen(value));
  return true;
}

export function memoryHalts(stores = new Stores()): Halts {
  const stored = stores.map<Halt>();
  return {
    async halt(table, server) {
      return stored.get(joined(table, server));
    },
    async putHalt(halt) {
      return putRevised(stored, halt);
    },
    async endHalt({ table, server, rev }) {
      const name = joined(table, server);
      return stored.get(name)?.rev === rev && stored.delete(name);
    },
    async halts() {
      return [...stored.values()];
    },
  };
}

export function memorySweeps(stores = new Stores()): Sweeps {
  const stored = stores.map<SweepState>();
  const asks = stores.map<SweepAsk>();
  const parts = stores.map<Float64Array>((_rows, name) => {
    const [table = '', server = ''] = z.array(z.string()).parse(JSON.parse(name));
    return { table, server };
  });
  return {
    async sweep(table, server) {
      return stored.get(joined(table, server));
    },
    async putSweep(state) {
      stored.set(joined(state.table, state.server), frozen(state));
    },
    async sweeps() {
      return [...stored.values()];
    },
    async sweepAsk(table, server) {
      return asks.get(joined(table, server));
    },
    async putSweepAsk(ask) {
      asks.set(joined(ask.table, ask.server), frozen(ask));
    },
    async putSweepPart({ table, server, startedAt, part, rows }) {
      parts.set(joined(table, server, String(startedAt), String(part)), rows.slice());
    },
    async sweepPart({ table, server, startedAt, part }) {
      return parts.get(joined(table, server, String(startedAt), String(part)))?.slice();
    },
    async dropSweepParts(table, server) {
      const prefix = joined(table, server).slice(0, -1);
      for (const name of parts.keys()) if (name.startsWith(`${prefix},`)) parts.delete(name);
    },
  };
}
