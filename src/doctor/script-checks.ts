/** Whether writes to a table go through ServerSync's script in the file, and if not, why not. The test changes no record. */
import type { ApplyTrouble } from '../filemaker/data-api/apply-state.ts';
import type { DataApiEvent } from '../filemaker/data-api/events.ts';
import type { Bulk, BulkWrite, ServerTable, WriteOutcome } from '../ports/server.ts';
import { type Found, ok, unproven, warning } from './finding.ts';

type Words = { readonly text: string; readonly remedy: string };

const page = 'filemaker/README.md';
const anew = `Put the script of ${page} there anew, and compare it with ServerSync.txt line by line.`;

const words: Readonly<Record<ApplyTrouble['why'], Words>> = {
  'script-missing': {
    text: 'there is no script of that name in the file, or the account may not run it',
    remedy: `Put it there (${page}), correct the name that \`script\` says, or let the privilege set run scripts (Manage > Security > Scripts).`,
  },
  'script-other-version': {
    text: 'the script is of another version',
    remedy: `Put the one of this version there (${page}).`,
  },
  'parameter-cut': { text: 'not all of what was sent to the script arrived', remedy: anew },
  'text-changed': { text: 'a text came back from the script otherwise than it was sent', remedy: anew },
  'other-layout': {
    text: 'the script did not run on the layout that was asked for',
    remedy: 'Look whether a script of the file goes to another layout when it is opened.',
  },
  'filemaker-too-old': {
    text: 'FileMaker Server is older than 2024, whose step Execute FileMaker Data API only reads',
    remedy: 'Install FileMaker Server 2024 or later, or take `script` out of the configuration.',
  },
  'write-refused': { text: 'the step Execute FileMaker Data API does not write there', remedy: anew },
  'delete-refused': {
    text: 'the steps of a delete, find and compare, do not work there',
    remedy: `Look whether the layout shows the key field. ${anew}`,
  },
  'no-result': { text: 'the script gave no result that can be read', remedy: anew },
  'turned-away': {
    text: 'a web server in front of FileMaker did not let the request pass',
    remedy: 'Look at the limits of the proxy for the size of a request.',
  },
};

export type ScriptLook = { readonly found: Found; readonly bulk: Bulk | undefined };

/** `told`: what the connector told of its work since the table was opened. */
export async function lookAtScript(
  table: ServerTable,
  script: string,
  told: readonly DataApiEvent[],
  signal: AbortSignal,
): Promise<ScriptLook> {
  const bulk = await table.bulk?.(signal);
  if (bulk !== undefined) {
    const text = `many records are written by one request, through the script ${script}; its test, which changes nothing, passed`;
    return { found: ok('script', text), bulk };
  }
  const trouble = told.findLast((event) => event.kind === 'script' && event.state === 'off');
  if (trouble === undefined || trouble.kind !== 'script' || trouble.state !== 'off') {
    const text = `the script ${script} was not tested, since the table is empty: each record is written by a request of its own`;
    return { found: unproven('script', text, 'Look again once a record is there.'), bulk };
  }
  const { text, remedy } = words[trouble.why];
  const code = trouble.code === undefined ? '' : ` (${trouble.code})`;
  const instead = 'each record is written by a request of its own';
  return { found: warning('script', `${text}${code}; ${instead}`, remedy), bulk };
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
