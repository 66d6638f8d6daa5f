/** Whether writes to a table go through ServerSync's script in the file, and if not, why not. The test changes no record. */
import { scriptRemedy, scriptTrouble } from '../composition/script-trouble.ts';
import type { ConnectorEvent } from '../filemaker/http/events.ts';
import type { Bulk, BulkWrite, ServerTable, WriteOutcome } from '../ports/server.ts';
import { type Found, ok, unproven, warning } from './finding.ts';

export type ScriptLook = { readonly found: Found; readonly bulk: Bulk | undefined };

/** `told`: what the connector told of its work since the table was opened. */
export async function lookAtScript(
  table: ServerTable,
  script: string,
  told: readonly ConnectorEvent[],
  signal: AbortSignal,
): Promise<ScriptLook> {
  const bulk = await bulkNow(table, signal);
  if (bulk !== undefined) {
    const text = `many records are written by one request, through the script ${script}; its test, which changes nothing, passed`;
    return { found: ok('script', text), bulk };
  }
  const trouble = told.findLast((event) => event.kind === 'script' && event.state === 'off');
  if (trouble === undefined || trouble.kind !== 'script' || trouble.state !== 'off') {
    const text = `the script ${script} was not tested, since the table is empty: each record is written by a request of its own`;
    return { found: unproven('script', text, 'Look again once a record is there.'), bulk };
  }
  const instead = 'each record is written by a request of its own';
  return { found: warning('script', `${scriptTrouble(trouble)}; ${instead}`, scriptRemedy(trouble)), bulk };
}

/** Undefined too where it is not known yet. */
export async function bulkNow(table: ServerTable, signal: AbortSignal): Promise<Bulk | undefined> {
  const way = await table.bulk?.(signal);
  return way === 'untried' ? undefined : way;
}

/** The table as it is written through the script: one record by each request. */
export const throughScript = (table: ServerTable, bulk: Bulk): ServerTable => {
  const one = async (write: BulkWrite, departBy: number, signal: AbortSignal): Promise<WriteOutcome> =>
    (await bulk.apply([write], departBy, signal))[0] ?? { kind: 'unknown' };
  return {
    changed: (...of) => table.changed(...of),
    list: (...of) => table.list(...of),
    lookUp: (...of) => table.lookUp(...of),
    read: (...of) => table.read(...of),
    create: (key, values, departBy, signal) => one({ kind: 'create', key, values }, departBy, signal),
    update: (recordId, modId, values, signal) =>
      // Of an edit the key is only for whoever looks for it.
      one({ kind: 'update', key: '', recordId, modId, values }, Number.POSITIVE_INFINITY, signal),
    async remove(recordId, departBy, signal) {
      const row = await table.read(recordId, signal);
      if (row === undefined) return { kind: 'missing' };
      if (row === 'denied') return table.remove(recordId, departBy, signal);
      return one({ kind: 'remove', key: row.key, recordId, modId: row.modId }, departBy, signal);
    },
  };
};
