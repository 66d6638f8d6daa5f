/** Children that wait long for their parents: those are parked or locked themselves, or nobody brings them. */
import type { BatchRow } from '../../core/batch.ts';
import type { EpochMs } from '../../core/names.ts';
import { paged } from '../../engine/paged.ts';
import { Standstills } from '../paused-places.ts';
import { count } from '../words.ts';
import type { Finder, Look, Matter } from './matter.ts';

/** Parents come within minutes, ms; a locked one is tried once an hour. */
const longMs = 2 * 3_600_000;

const rowsInOnePage = 200;

type Waiting = {
  readonly table: string;
  readonly server: string;
  readonly parent: string;
  since: EpochMs;
  records: number;
};

export const childrenWaiting: Finder = async (look) => {
  const { configuration, control, now } = look;
  const children = configuration.tables.filter(({ after }) => after.length > 0);
  const servers = [...new Set(children.flatMap(({ links }) => links.map(({ server }) => server)))];
  const stands = await Standstills.read(configuration, control, now);
  const found = (await Promise.all(servers.map((server) => waitingOn(look, server)))).flat();
  return found
    .filter(({ table, server, since }) => now - since > longMs && stands.at(table, server) === undefined)
    .map(
      ({ table, server, parent, since, records }): Matter => ({
        kind: 'waiting',
        urgency: 'soon',
        since,
        table,
        server,
        count: records,
        text: `${count(records, 'record waits for its parent', 'records wait for their parents')} in ${parent}`,
        first: `See what keeps those of ${parent} from ${server}:`,
        next: ['parked', 'list', '--server', server],
      }),
    );
};

/** By table and that of the parents, since the oldest of their changes. */
async function waitingOn({ control }: Look, server: string): Promise<readonly Waiting[]> {
  const found = new Map<string, Waiting>();
  const rows = paged<BatchRow>((after) => control.openBatches(server, rowsInOnePage, after));
  for await (const page of rows)
    for (const { table, keys, oldestChangeAt } of page)
      for (const { waitsFor: parent } of keys) {
        if (parent === undefined) continue;
        const name = JSON.stringify([table, parent]);
        const one = found.get(name) ?? { table, server, parent, since: oldestChangeAt, records: 0 };
        one.records += 1;
        one.since = Math.min(one.since, oldestChangeAt);
        found.set(name, one);
      }
  return [...found.values()];
}
