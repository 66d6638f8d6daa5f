import type { Clocks } from '../../ports/control.ts';
import { valueOf, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { clockFrom, userClockFrom } from './stored-values.ts';

const sql = {
  history: 'SELECT value FROM clocks WHERE server = ? ORDER BY rev DESC LIMIT ?',
  put: `INSERT INTO clocks (server, rev, value) SELECT :server, :rev, :value
    WHERE (SELECT coalesce(max(rev), 0) FROM clocks WHERE server = :server) = :rev - 1`,
  forget: 'DELETE FROM clocks WHERE server = ? AND rev <= ?',
  readUser: 'SELECT value FROM user_clocks WHERE tbl = ? AND server = ?',
  // Older versions stored it without a rev.
  putUser: `INSERT OR REPLACE INTO user_clocks (tbl, server, value) SELECT :table, :server, :value
    WHERE (SELECT coalesce(max(json_extract(value, '$.rev')), 0) FROM user_clocks
      WHERE tbl = :table AND server = :server) = :rev - 1`,
};

/** States kept of each server: a week of one a minute. More is only history, at some 300 bytes each. */
const keptStates = 10_000;

export function clocksIn(file: StateFile): Clocks {
  const history = file.prepare(sql.history);
  const put = file.prepare(sql.put);
  const forget = file.prepare(sql.forget);
  const readUser = file.prepare(sql.readUser);
  const putUser = file.prepare(sql.putUser);
  return {
    async clock(server) {
      return valueOf(history.get(server, 1), clockFrom);
    },
    async putClock(state) {
      const isPut =
        put.run({ server: state.server, rev: state.rev, value: JSON.stringify(state) }).changes === 1;
      if (isPut) forget.run(state.server, state.rev - keptStates);
      return isPut;
    },
    async clockHistory(server, limit) {
      return valuesOf(history.all(server, limit), clockFrom);
    },
    async userClock(table, server) {
      return valueOf(readUser.get(table, server), userClockFrom);
    },
    async putUserClock(state) {
      const { table, server, rev = 1 } = state;
      return putUser.run({ table, server, rev, value: JSON.stringify(state) }).changes === 1;
    },
  };
}
