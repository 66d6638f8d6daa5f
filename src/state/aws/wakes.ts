/**
 * Hints: one item for each server. Each hint is one update, and the reader leaves under the condition that none came since it looked, so
 * that either it sees a hint or whoever gave it is told to start another.
 */
import { wakePartition } from '../../core/hint.ts';
import type { EpochMs, ServerName, TableName } from '../../core/names.ts';
import type { WakeState, Wakes } from '../../ports/wakes.ts';
import { asNumber } from './attributes.ts';
import type { Condition } from './conditions.ts';
import type { Item, ItemKey, Table } from './table.ts';

const keyOf = (server: ServerName): ItemKey => ({ pk: wakePartition, sk: `server ${server}` });

/** One that was done already, whose answer was lost, is not done again. */
const isNew: Condition = {
  expression: 'attribute_not_exists(#by) OR #by <> :by',
  names: {},
  values: {},
};

const nobodyListens = (now: EpochMs): Condition => ({
  expression: 'attribute_not_exists(listening) OR listening <= :now',
  names: {},
  values: { ':now': asNumber(now) },
});

const revAt = (table: TableName): string => `rev ${table}`;
const timeAt = (table: TableName): string => `at ${table}`;

export const wakesIn = (table: Table): Wakes => ({
  async hint(server, name, now, until) {
    const next = 'if_not_exists(rev, :none) + :one';
    const noted = await table.update(
      keyOf(server),
      {
        expression: `SET rev = ${next}, #rev = ${next}, #at = :now`,
        names: { '#rev': revAt(name), '#at': timeAt(name) },
        values: { ':none': asNumber(0), ':one': asNumber(1), ':now': asNumber(now) },
      },
      isNew,
    );
    if (Number(noted?.['listening']?.N ?? 0) > now) return 'heard';
    const set = { expression: 'SET listening = :until', values: { ':until': asNumber(until) } };
    return (await table.update(keyOf(server), set, nobodyListens(now))) === undefined ? 'heard' : 'start';
  },
  async wake(server) {
    const item = await table.get(keyOf(server));
    return item === undefined ? undefined : stateOf(item);
  },
  async listen(server, until) {
    const set = { expression: 'SET listening = :until', values: { ':until': asNumber(until) } };
    await table.update(keyOf(server), set);
  },
  async leave(server, rev) {
    const set = {
      expression: 'SET done = :rev, listening = :none',
      values: { ':rev': asNumber(rev), ':none': asNumber(0) },
    };
    const isSame: Condition = { expression: 'rev = :rev', names: {}, values: {} };
    return (await table.update(keyOf(server), set, isSame)) !== undefined;
  },
});

function stateOf(item: Item): WakeState {
  const numberAt = (name: string): number => Number(item[name]?.N ?? 0);
  const names = Object.keys(item).flatMap((name) => (name.startsWith('rev ') ? name.slice(4) : []));
  return {
    rev: numberAt('rev'),
    done: numberAt('done'),
    tables: new Map(names.map((name) => [name, { rev: numberAt(revAt(name)), at: numberAt(timeAt(name)) }])),
  };
}
