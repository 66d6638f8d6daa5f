/** Which parked records a command is about, and the answers to names that are not there. */
import type { Configuration } from '../config/configuration.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Parked } from '../core/conflict.ts';
import type { Control } from '../ports/control.ts';
import { Refused } from './refused.ts';
import { count } from '../composition/words.ts';

export type ParkedSelection = {
  readonly table?: string | undefined;
  readonly server?: string | undefined;
  readonly key?: string | undefined;
};

/** Latest first. Throws Refused where a name is neither configured nor of a parked record, and where the key is not parked. */
export async function selectedParked(
  control: Pick<Control, 'parked'>,
  { tables }: Pick<Configuration, 'tables'>,
  { table, server, key }: ParkedSelection,
): Promise<readonly Parked[]> {
  const all = await control.parked(Number.MAX_SAFE_INTEGER);
  // What was configured when they were parked may be gone by now.
  const knownTables = new Set([...tables.map(({ name }) => name), ...all.map((one) => one.table)]);
  assertKnown('table', table, knownTables);
  const links = tables
    .filter(({ name }) => table === undefined || name === table)
    .flatMap((one) => one.links.map((link) => link.server));
  const ofTable = all.filter((one) => table === undefined || one.table === table);
  assertKnown('server', server, new Set([...links, ...ofTable.map((one) => one.server)]), table);
  const there = ofTable.filter((one) => server === undefined || one.server === server);
  const found = there.filter((one) => key === undefined || one.key === key);
  if (key !== undefined && found.length === 0) throw notParked({ table, server, key }, there.length);
  return found;
}

function assertKnown(
  what: 'table' | 'server',
  name: string | undefined,
  known: ReadonlySet<string>,
  table?: string,
): void {
  if (name === undefined || known.has(name)) return;
  const found =
    table === undefined
      ? `there is no ${what} ${name} in the configuration`
      : `table ${table} is not on a server ${name} in the configuration`;
  throw new Refused(
    what === 'table' ? 'no-such-table' : 'no-such-server',
    `${found}. ${didYouMean(name, known)}It has ${[...known].join(', ')}`,
  );
}

function notParked({ key, ...where }: ParkedSelection, others: number): Refused {
  const place = placeWords(where);
  const rest =
    others === 0 ? 'Nothing is' : `${count(others, 'other record')} ${others === 1 ? 'is' : 'are'}`;
  return new Refused(
    'not-parked',
    `no record with the key ${key} is parked${place}: upper and lower case count, and it may be in order by now. ` +
      `${rest} parked there: serversync parked list`,
  );
}

/** ` of contacts on branch`, as far as they are given. */
export const placeWords = ({ table, server }: Pick<ParkedSelection, 'table' | 'server'>): string =>
  `${table === undefined ? '' : ` of ${table}`}${server === undefined ? '' : ` on ${server}`}`;
