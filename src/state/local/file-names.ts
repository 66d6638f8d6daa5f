/** Which files the state names: looked for in every text of it, so that nothing that is stored some day is overlooked. */
import { setImmediate } from 'node:timers/promises';
import type { FileNames } from '../../ports/files.ts';
import { namedIn } from '../files/named-in.ts';
import { text } from './columns.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  columns:
    "SELECT m.name AS tbl, c.name AS col FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' AND c.type = 'TEXT'",
  textsOf: (table: string, column: string) =>
    `SELECT "${column}" AS text FROM "${table}" WHERE instr("${column}", 'sha256') > 0`,
};

export const fileNamesIn = (file: StateFile): FileNames => ({
  async namedAmong(sha256s, signal) {
    const named = new Set<string>();
    for (const { tbl, col } of file.prepare(sql.columns).all()) {
      signal.throwIfAborted();
      for (const row of file.prepare(sql.textsOf(text(tbl), text(col))).iterate())
        for (const sha256 of namedIn(text(row['text']))) if (sha256s.has(sha256)) named.add(sha256);
      // Whoever waits for the state has a turn between two tables.
      await setImmediate();
    }
    return named;
  },
});
