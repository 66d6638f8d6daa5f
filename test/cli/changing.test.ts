/** The table by which a command changes a record: no server is asked, and the layouts of its records are enough. */
import { expect, test } from 'vitest';
import { planOf } from '../../src/cli/changing.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import { exampleWith } from '../config/examples.ts';
import { field } from '../config/layout-field.ts';
import { memoryControl } from '../support/memory/memory-ports.ts';

const log = { layout: 'Deletes_Sync', key: 'record_id', deletedAt: 'deleted_at' };
const configuration = parseConfiguration(
  exampleWith(
    [['tables', 'contacts', 'deletes'], { log }],
    [['tables', 'contacts', 'servers', 'hq', 'sweepLayout'], 'Contacts_Sweep'],
  ),
  'serversync.yaml',
);
const rest = ['email', 'phone', 'id', 'created_by'].map((name) => field(name));
const stamp = field('modified_at', { type: 'timestamp' });

test.each([['never shown'], ['otherwise by now']])(
  'R7: a log of deletes and a layout for sweeps that are %s keep no command back',
  async (how) => {
    const control = memoryControl();
    const put = (server: string, layout: string, fields: readonly ReturnType<typeof field>[]) =>
      control.putFieldList({ server, database: server === 'hq' ? 'Main' : 'Contacts', layout, fields });
    for (const [server, name] of [
      ['hq', 'name'],
      ['branch', 'FullName'],
    ] as const) {
      await put(server, 'Contacts_Sync', [field(name), ...rest, stamp]);
      if (how === 'otherwise by now') {
        await put(server, 'Deletes_Sync', [field('other')]);
        await put(server, 'Contacts_Sweep', [field('other')]);
      }
    }
    const plan = await planOf(configuration, control, 'contacts');
    expect(plan.links.map(({ server }) => server)).toEqual(['hq', 'branch']);
  },
);
