/** The same checks where a server speaks OData: what is otherwise there, in its own words. */
import type { Api } from '../core/api.ts';
import type { ServerTable } from '../ports/server.ts';
import { type CheckId, checks } from './catalogue.ts';
import { type Found, ok, warning } from './finding.ts';
import { bulkNow } from './script-checks.ts';

/** The extended privilege that an account needs. */
export const privileges: Readonly<Record<Api, string>> = { data: 'fmrest', odata: 'fmodata' };

const remedies: Readonly<Partial<Record<CheckId, string>>> = {
  'data-api': checks.odata.remedy,
  account:
    'File > Manage > Security…: the account is active, its password is the one that is set here, and its privilege set has the extended privilege fmodata (Access via OData), in each file.',
  layout:
    'Correct `table`: the name of a table occurrence as File > Manage > Database…, Relationships shows it. File > Manage > Security…, the privilege set, Records: View: yes for its table.',
  rows: 'File > Manage > Security…, the privilege set, Records: View: yes for this table, without a calculation that limits it: over OData a record that the account may not see counts as deleted.',
  fields:
    'Correct the name in the configuration (`rename` where this server calls it otherwise), or create the field (File > Manage > Database…, Fields).',
  'page-rate':
    'Only what is kept the same is asked for: look whether a field of it is a calculation that FileMaker does not store, or whether the server is at work for others.',
};

/** A finding as it reads there: another switch, another privilege, and no layouts. */
export function overOData(found: Found): Found {
  const { check, remedy } = found;
  const own = remedies[check];
  const general = checks[check].remedy;
  // How many records there are is never told there: what follows from that is to be seen at each table.
  const shown = check === 'rows' && found.status !== 'ok' ? (remedy ?? general) : remedy;
  const replaced =
    own !== undefined && shown?.includes(general) ? { ...found, remedy: shown.replace(general, own) } : found;
  return check === 'data-api' ? { ...replaced, check: 'odata' } : replaced;
}

/** Whether many records may be written by one request. What asks for it changes nothing. */
export async function batchFinding(table: ServerTable, signal: AbortSignal): Promise<Found> {
  const works = (await bulkNow(table, signal)) !== undefined;
  if (works)
    return ok('batch', 'many records are written by one request ($batch): one that reads was answered');
  const text =
    'the server did not answer a $batch that reads one record: each record is written by a request of its own';
  return warning('batch', text, checks.batch.remedy);
}
