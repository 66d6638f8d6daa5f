/** Tables are known by their columns: one that a later step adds for a place or a server is emptied too. */
import { keyFact, linkFact, serverFact } from '../../core/identity.ts';
import type { Forgetting } from '../../ports/forgetting.ts';
import { allInRows } from '../all-in-rows.ts';
import { text } from './columns.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  columns:
    "SELECT m.name AS name FROM sqlite_schema AS m WHERE m.type = 'table' AND " +
    "EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'tbl') = ? AND " +
    "EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'server') = ?",
  conflicts: "DELETE FROM conflicts WHERE json_extract(value, '$.table') = ?",
  fact: 'DELETE FROM facts WHERE name = ?',
};

/** Each call is one transaction. */
export function forgettingIn(file: StateFile): Forgetting {
  const remove = (statement: string, ...names: readonly string[]): number =>
    Number(file.prepare(statement).run(...names).changes);
  const empty = (
    of: { tbl: boolean; server: boolean },
    counted: string,
    names: readonly string[],
  ): number => {
    const columns = [of.tbl ? 'tbl = ?' : [], of.server ? 'server = ?' : []].flat().join(' AND ');
    const tables = file.prepare(sql.columns).all(Number(of.tbl), Number(of.server));
    const removed = tables.map(({ name }) => ({
      name: text(name),
      rows: remove(`DELETE FROM "${text(name)}" WHERE ${columns}`, ...names),
    }));
    return removed.find(({ name }) => name === counted)?.rows ?? 0;
  };
  return {
    ...allInRows,
    async forgetPlace(table, server) {
      return file.transaction(() => {
        remove(sql.fact, linkFact(table, server));
        return empty({ tbl: true, server: true }, 'replicas', [table, server]);
      });
    },
    async forgetServer(server) {
      file.transaction(() => {
        remove(sql.fact, serverFact(server));
        empty({ tbl: false, server: true }, '', [server]);
      });
    },
    async forgetTable(table) {
      return file.transaction(() => {
        remove(sql.fact, keyFact(table));
        remove(sql.conflicts, table);
        return empty({ tbl: true, server: false }, 'heads', [table]);
      });
    },
  };
}
