import type { ClockState, UserClock } from '../../../src/core/clock-state.ts';
import type { ServerName } from '../../../src/core/names.ts';
import { advanced, type Watermark } from '../../../src/core/watermark.ts';
import type { Clocks, Watermarks } from '../../../src/ports/control.ts';
import { frozen, joined } from './frozen.ts';
import { Stores } from './stores.ts';

export function memoryClocks(stores = new Stores()): Clocks {
  /** Of each server, latest first. */
  const states = stores.map<readonly ClockState[]>(([state]) => (state ? { server: state.server } : {}));
  const userClocks = stores.map<UserClock>();
  const of = (server: ServerName): readonly ClockState[] => states.get(server) ?? [];
  return {
    async clock(server) {
      return of(server)[0];
    },
    async putClock(state) {
      const before = of(state.server);
      const fits = (before[0]?.rev ?? 0) === state.rev - 1;
      if (fits) states.set(state.server, [frozen(state), ...before]);
      return fits;
    },
    async clockHistory(server, limit) {
      return of(server).slice(0, limit);
    },
    async userClock(table, server) {
      return userClocks.get(joined(table, server));
    },
    async putUserClock(state) {
      const at = joined(state.table, state.server);
      const fits = (userClocks.get(at)?.rev ?? 0) === (state.rev ?? 1) - 1;
      if (fits) userClocks.set(at, frozen(state));
      return fits;
    },
  };
}

export function memoryWatermarks(stores = new Stores()): Watermarks {
  const stored = stores.map<Watermark>();
  return {
    async dropWatermarks(table) {
      for (const [at, one] of stored) if (one.table === table) stored.delete(at);
    },
    async watermark(table, server) {
      return stored.get(joined(table, server));
    },
    async advanceWatermarks(server, watermarks) {
      for (const one of watermarks) {
        const at = joined(one.table, server);
        const before = stored.get(at);
        if (before?.generation === one.generation) stored.set(at, frozen(advanced(before, one)));
      }
    },
    async putWatermark(watermark) {
      const at = joined(watermark.table, watermark.server);
      const fits = (stored.get(at)?.generation ?? 0) === watermark.generation - 1;
      if (fits) stored.set(at, frozen(watermark));
      return fits;
    },
  };
}
