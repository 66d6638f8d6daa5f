/** What is said where nothing is held of a record: that it was forgotten, or that the key may be mistyped. */
import { codeOf } from '../../core/digest.ts';
import type { Key, TableName } from '../../core/names.ts';
import { mostActs } from '../../engine/export-record.ts';
import { unknownKey } from '../history/record.ts';
import type { OpenedState } from '../opened-state.ts';
import { Refused } from '../refused.ts';
import { shownKey } from '../shown-key.ts';
import { localTime } from '../words.ts';

/** As the acts of forgetting name a record: not by its key. */
export const aboutRecord = (table: TableName, key: Key): string => codeOf(JSON.stringify([table, key]));

/** How a forgetting is put down that leaves the record itself. */
export const pastOnly = 'what it held before';

/** Lines where an act says that it was forgotten. Throws Refused where none does: who mistypes a key must not take that for done. */
export async function nothingHeld(
  { records, control }: Pick<OpenedState, 'records' | 'control'>,
  table: TableName,
  key: Key,
): Promise<readonly string[]> {
  const about = aboutRecord(table, key);
  const acts = await control.acts(mostActs);
  const act = acts.find((one) => one.what === 'forget' && one.about === about && one.how !== pastOnly);
  if (act === undefined) throw new Refused('no-record', await unknownKey(records, table, key));
  return [
    `nothing is held of ${table}, record ${shownKey(key)}`,
    `    it was forgotten on ${localTime(act.at)} by ${act.by}`,
  ];
}
