/** Values that should be of one record each, in words: by keys of records, never by the value (R9). */
import { areDoubled, type DoubledValues } from '../composition/doubled.ts';
import type { Overview } from '../composition/overview.ts';
import { shownKey } from './shown-key.ts';
import { count } from '../composition/words.ts';

type Told = Pick<Overview, 'doubled'>;

/** One line for each field. */
export const doubledNotices = ({ doubled }: Told): readonly string[] =>
  doubled.filter(areDoubled).map((one) => `${headOf(one)}: serversync status`);

/** With the records. `stack`: the name of the deployed one whose state it is. */
export function doubledLines({ doubled }: Told, stack?: string): readonly string[] {
  const lines = doubled.flatMap((one) =>
    areDoubled(one)
      ? [`${headOf(one)}:`, ...one.groups.map(groupLine), ...moreLines(one), historyLine(one.table, stack)]
      : [`${one.table}: the last sweep had no time to look for values in more than one record`],
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

const headOf = ({ table, field, values, records }: DoubledValues): string =>
  `${table}: ${count(values, 'value')} of ${field} ${values === 1 ? 'is' : 'are'} in more than one record (${count(records, 'record')})`;

function groupLine({ keys, records }: DoubledValues['groups'][number]): string {
  const rest = records - keys.length;
  return `    ${keys.map(shownKey).join(', ')}${rest > 0 ? ` and ${rest.toLocaleString('en-US')} more` : ''}`;
}

const moreLines = ({ values, groups }: DoubledValues): readonly string[] =>
  values > groups.length
    ? [`    and ${count(values - groups.length, 'more value', 'more values')} like that`]
    : [];

const historyLine = (table: string, stack: string | undefined): string =>
  `    what one holds: serversync history ${table} KEY${stack === undefined ? '' : ` --stack ${stack}`}`;
