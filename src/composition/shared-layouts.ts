/**
 * The layouts that the tables are resolved against, where several processes work: each server's are read by those who read
 * that server, and stored; everybody else goes by what is stored. Otherwise each process would need sessions everywhere, and a
 * server that is down would hold up those that are not.
 */
import type { LayoutOf } from '../config/resolve.ts';
import type { ServerName } from '../core/names.ts';
import type { FieldLists } from '../ports/control.ts';
import type { LayoutField, Server } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';

export type SharedLayouts = {
  readonly lists: FieldLists;
  /** Whose layouts are asked for though they are stored. */
  readonly live: ReadonlySet<ServerName>;
  readonly serverOf: (server: ServerName) => Promise<Server>;
  readonly signal: AbortSignal;
};

export const layoutsOf =
  ({ lists, live, serverOf, signal }: SharedLayouts): LayoutOf =>
  async (server, database, layout) => {
    const stored = await lists.fieldList(server, database, layout);
    if (stored !== undefined && !live.has(server)) return stored.fields;
    try {
      const fields = await (await serverOf(server)).layout(database, layout, signal);
      if (!isSame(stored?.fields, fields)) await lists.putFieldList({ server, database, layout, fields });
      return fields;
    } catch (error) {
      if (!(error instanceof ServerError) || error.disposition !== 'retry' || stored === undefined)
        throw error;
      return stored.fields;
    }
  };

const isSame = (before: readonly LayoutField[] | undefined, now: readonly LayoutField[]): boolean =>
  before !== undefined && JSON.stringify(before) === JSON.stringify(now);
