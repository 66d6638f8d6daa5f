/** What a state comes to in `attention`, and the commands that are printed with it. */
import { mattersOf } from '../../../src/composition/attention/attention.ts';
import { headOf, type Matter } from '../../../src/composition/attention/matter.ts';
import { commandLine } from '../../../src/composition/command-line.ts';
import { parseConfiguration } from '../../../src/config/load.ts';
import type { Control } from '../../../src/ports/control.ts';
import { accept } from '../../cli/support/accepted.ts';
import { run } from '../../contracts/samples.ts';
import { memoryControl } from '../../support/memory/memory-ports.ts';

export const hour = 3_600_000;
export const now = 1_732_000_000_000 + 2 * hour;

const text = `version: 1
servers:
  hq: { url: https://hq.example.com, database: Main, timeZone: UTC, dataBudget: 100 MB per month }
  branch: { url: https://branch.example.com, database: Main, timeZone: UTC }
tables:
  contacts:
    key: id
    modified: modified_at
    fields: [name, { name: no, unique: true }]
    deletes: { log: { layout: Deletes, key: record_id, deletedAt: deleted_at } }
    servers: { hq: { layout: Contacts, sweepLayout: Sweeps }, branch: { layout: Contacts, deleteLog: none } }
  invoices:
    key: id
    modified: modified_at
    fields: [contact]
    after: { contacts: contact }
    servers: { hq: { layout: Invoices }, branch: { layout: Invoices } }
`;

export const configuration = parseConfiguration(text, 'serversync.yaml');

export type Looked = {
  readonly matters: readonly Matter[];
  /** Each as `HEAD | COMMAND`. */
  readonly told: readonly string[];
};

/** Every command that would be printed is taken by the command line. */
export async function looked(
  fill: (control: Control) => Promise<unknown>,
  { isStack = false, hasRun = true }: { readonly isStack?: boolean; readonly hasRun?: boolean } = {},
): Promise<Looked> {
  const control = memoryControl();
  if (hasRun) await control.putRun(run('first', { startedAt: 1, endedAt: 2 }));
  await fill(control);
  const matters = await mattersOf({ configuration, control, now, isStack });
  const place = {
    configFile: 'office.yaml',
    stateDirectory: isStack ? undefined : '/var/lib/sync',
    ...(isStack && { stack: 'ServerSync' }),
  };
  for (const { next } of matters) await accept(commandLine(next, place));
  const told = matters.map((one) => `${headOf(one, now)} | ${one.next.join(' ')}`);
  return { matters, told };
}
