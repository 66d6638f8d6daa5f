/** Values that should be of one record each, such as serials, and are held by several: a person gives one of them another. */
import { areDoubled, doubledIn } from '../doubled.ts';
import { count } from '../words.ts';
import type { Finder, Matter } from './matter.ts';

export const valuesDoubled: Finder = async ({ configuration, control }) => {
  const doubled = await doubledIn(configuration, control);
  return doubled.filter(areDoubled).map(
    ({ table, field, values, records }): Matter => ({
      kind: 'doubled',
      urgency: 'later',
      table,
      count: values,
      text: `${count(values, 'value')} of ${field} ${values === 1 ? 'is' : 'are'} in more than one record (${count(records, 'record')})`,
      first: 'Give all but one of them another value, on any server; sync changes none of them.',
      next: ['status'],
    }),
  );
};
