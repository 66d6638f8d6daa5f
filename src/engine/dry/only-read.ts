/**
 * The state of others, which work with it at the same time, for whoever compares and changes nothing: it is read, and what the
 * comparison would put down (clocks, parked records, halts) is kept in memory and read from there.
 *
 *   R8  What is not named here is refused, so that nothing new is written by oversight.
 */
import type { ClockState, UserClock } from '../../core/clock-state.ts';
import type { Parked } from '../../core/conflict.ts';
import type { Halt } from '../../core/halt.ts';
import type { Key, ServerName, TableName } from '../../core/names.ts';
import type { Control } from '../../ports/control.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';

const readsOfControl: ReadonlySet<PropertyKey> = new Set<keyof Control>([
  'backlog',
  'batch',
  'bookmark',
  'bookmarks',
  'breaker',
  'breakers',
  'clockHistory',
  'dataUse',
  'deleteCount',
  'deleteLog',
  'fieldList',
  'halts',
  'meeting',
  'meetings',
  'openBatches',
  'parkedPage',
  'pauses',
  'sendingOf',
  'shape',
  'suspects',
  'suspectsAmong',
  'sweep',
  'sweeps',
  'watermark',
  // What servers send they really send, and one that sends no more is left alone by everybody.
  'addDataUse',
  'putBreaker',
]);

const readsOfRecords: ReadonlySet<PropertyKey> = new Set<keyof Records>([
  'count',
  'hasHeads',
  'heads',
  'keys',
  'replicas',
  'replicasOf',
]);

export type Compared = { readonly records: Records; readonly control: Control; readonly queue: Queue };

export const onlyRead = ({ records, control, queue }: Compared): Compared => ({
  records: allowing(records, readsOfRecords, {}),
  control: allowing(control, readsOfControl, {
    ...clocksIn(control),
    ...parkedIn(control),
    ...haltsIn(control),
  }),
  queue: allowing(queue, new Set(), {}),
});

const allowing = <Port extends object>(
  port: Port,
  allowed: ReadonlySet<PropertyKey>,
  instead: Partial<Port>,
): Port =>
  new Proxy(port, {
    get(target, name) {
      if (name in instead) return Reflect.get(instead, name);
      if (allowed.has(name)) return Reflect.get(target, name);
      return () =>
        Promise.reject(new Error(`${String(name)} is not for a comparison, which changes nothing`));
    },
  });

function clocksIn(control: Control): Pick<Control, 'clock' | 'putClock' | 'userClock' | 'putUserClock'> {
  const [clocks, users] = [new Map<ServerName, ClockState>(), new Map<string, UserClock>()];
  return {
    clock: async (server) => clocks.get(server) ?? control.clock(server),
    async putClock(state) {
      clocks.set(state.server, state);
      return true;
    },
    userClock: async (table, server) => users.get(nameOf(table, server)) ?? control.userClock(table, server),
    async putUserClock(state) {
      users.set(nameOf(state.table, state.server), state);
      return true;
    },
  };
}

/** What is not parked any more stays so in the state: that is for a run to say. */
function parkedIn(control: Control): Pick<Control, 'park' | 'unpark' | 'parkedAmong'> {
  const parked = new Map<string, Parked>();
  return {
    async park(given) {
      for (const one of given) parked.set(nameOf(one.table, one.server, one.key), one);
    },
    async unpark(table, server, keys) {
      for (const key of keys) parked.delete(nameOf(table, server, key));
    },
    async parkedAmong(table, server, keys) {
      const noted = keys.flatMap((key) => {
        const one = parked.get(nameOf(table, server, key));
        return one === undefined ? [] : [[key, one] as const];
      });
      return new Map([...(await control.parkedAmong(table, server, keys)), ...noted]);
    },
  };
}

function haltsIn(control: Control): Pick<Control, 'halt' | 'putHalt' | 'endHalt'> {
  const halts = new Map<string, Halt>();
  const halt: Control['halt'] = async (table, server) =>
    halts.get(nameOf(table, server)) ?? control.halt(table, server);
  return {
    halt,
    async putHalt(raised) {
      if ((await halt(raised.table, raised.server)) !== undefined) return false;
      halts.set(nameOf(raised.table, raised.server), raised);
      return true;
    },
    // One of the state stands until a run ends it.
    endHalt: async ({ table, server }) => halts.delete(nameOf(table, server)),
  };
}

const nameOf = (table: TableName, server: ServerName, key?: Key): string =>
  JSON.stringify([table, server, key]);
