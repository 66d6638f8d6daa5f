/** Records that are parked. */
import type { Parked } from '../../core/conflict.ts';
import type { Finder, Matter } from './matter.ts';
import { count } from '../words.ts';

export const recordsParked: Finder = async ({ control }) => {
  const parked = await control.parked(Number.MAX_SAFE_INTEGER);
  const places = Map.groupBy(parked, ({ table, server }) => JSON.stringify([table, server]));
  return [...places.values()].flatMap((of) => (of[0] === undefined ? [] : parkedAt(of[0], of)));
};

const parkedAt = ({ table, server }: Parked, of: readonly Parked[]): Matter => ({
  kind: 'parked',
  urgency: 'now',
  since: Math.min(...of.map(({ at }) => at)),
  table,
  server,
  count: of.length,
  text: `${count(of.length, 'record is', 'records are')} parked`,
  next: ['parked', 'list', '--table', table, '--server', server],
});
