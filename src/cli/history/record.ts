/** The record that a person names, and the answers to names that are not there. */
import type { Configuration, TableConfiguration } from '../../config/configuration.ts';
import { didYouMean, nearest } from '../../config/suggest.ts';
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

/** With the key that is nearest, and keys that are there: those that come next in their order, or the first ones. */
export async function unknownKey(records: Records, table: TableName, key: Key): Promise<string> {
  const unknown = `there is no record with the key ${JSON.stringify(key)} in ${table}: upper and lower case count`;
  const next = await records.keys(table, mostShown, key);
  const shown = next.length > 0 ? next : await records.keys(table, mostShown);
  if (shown.length === 0) return `${unknown}. No record of ${table} is known yet`;
  const near = await nearestKey(records, table, key);
  const meant = near === undefined ? '' : `Did you mean ${JSON.stringify(near)}? `;
  return `${unknown}. ${meant}There are ${shown.map((one) => JSON.stringify(one.key)).join(', ')} and others`;
}

const mostShown = 3;

/** Of each form, that begin as it does: more would be read for nothing. */
const mostLookedAt = 30;

/** Keys are many: only those are looked at that are it in upper or lower case, or begin as one of these. */
async function nearestKey(records: Records, table: TableName, key: Key): Promise<Key | undefined> {
  const forms = [...new Set([key, key.trim(), key.toUpperCase(), key.toLowerCase()])];
  const beginnings = [...new Set(forms.map((form) => form.replace(/.$/su, '')))];
  const asked = [...new Set([...forms, ...beginnings])].filter((one) => one !== '');
  const there = await records.heads(table, asked);
  const pages = await Promise.all(
    beginnings.map((begin) => records.keys(table, mostLookedAt, begin === '' ? undefined : begin)),
  );
  return nearest(key, [...there.keys(), ...pages.flat().map((one) => one.key)]);
}
