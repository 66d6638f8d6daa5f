/** The state of each server's clock under one key, and those before it as history, which expires by itself. */
import type { Clocks } from '../../ports/control.ts';
import { asNumber, dayMs, expiresAt } from './attributes.ts';
import { follows, hasNo } from './conditions.ts';
import type { Documents } from './documents.ts';
import { partsOf, sortableNumber } from './sort-keys.ts';
import { stored, storedIfAny } from './stored-values.ts';

/** At one a minute some 20,000 states: more is only history. */
const keptDays = 14;

const now = (server: string) => ({ pk: partsOf('clock', server), sk: 'now' });
const history = (server: string): string => partsOf('clock-history', server);
const user = (table: string, server: string) => ({
  pk: partsOf('user-clock', table),
  sk: `server ${server}`,
});

export const clocksIn = (documents: Documents): Clocks => ({
  async clock(server) {
    return storedIfAny('clock', await documents.get(now(server)));
  },
  async putClock(state) {
    const { server, rev, measuredAt } = state;
    const done = await documents.put(now(server), state, { rev: asNumber(rev) }, follows('rev', rev - 1));
    if (!done) return false;
    const place = { pk: history(server), sk: sortableNumber(rev) };
    await documents.replace(place, state, expiresAt(measuredAt + keptDays * dayMs));
    return true;
  },
  async clockHistory(server, limit) {
    const states = await documents.list(history(server), { descending: true, limit });
    return states.map((state) => stored('clock', state));
  },
  async userClock(table, server) {
    return storedIfAny('userClock', await documents.get(user(table, server)));
  },
  async putUserClock(state) {
    const { table, server, rev = 1 } = state;
    // Older versions stored it without one.
    const condition = rev === 1 ? hasNo('rev') : follows('rev', rev - 1);
    return documents.put(user(table, server), state, { rev: asNumber(rev) }, condition);
  },
});
