/** The record that a person names, and the answers to names that are not there. */
import type { Configuration, TableConfiguration } from '../../config/configuration.ts';
import { didYouMean } from '../../config/suggest.ts';
import type { Head } from '../../core/head.ts';
import type { Key, TableName } from '../../core/names.ts';
import type { Records } from '../../ports/records.ts';
import { Refused } from '../refused.ts';

/** Throws Refused. */
export function tableNamed({ tables }: Configuration, name: TableName): TableConfiguration {
  const found = tables.find((table) => table.name === name);
  if (found !== undefined) return found;
  const names = tables.map((table) => table.name);
  throw new Refused(
    'no-such-table',
    `there is no table ${name} in the configuration. ${didYouMean(name, names)}It has ${names.join(', ')}`,
  );
}

/** Throws Refused. */
export async function headNamed(records: Records, table: TableName, key: Key): Promise<Head> {
  const head = (await records.heads(table, [key])).get(key);
  if (head !== undefined) return head;
  throw new Refused('no-record', await unknownKey(records, table, key));
}

/** With keys that are there: those that come next in their order, or the first ones. */
export async function unknownKey(records: Records, table: TableName, key: Key): Promise<string> {
  const unknown = `there is no record with the key ${JSON.stringify(key)} in ${table}: upper and lower case count`;
  const next = await records.keys(table, mostShown, key);
  const shown = next.length > 0 ? next : await records.keys(table, mostShown);
  if (shown.length === 0) return `${unknown}. No record of ${table} is known yet`;
  return `${unknown}. There are ${shown.map((one) => JSON.stringify(one.key)).join(', ')} and others`;
}

const mostShown = 3;
