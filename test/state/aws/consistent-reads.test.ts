/**
 * What is read where a rule rests on it is what was stored last: the read is strongly consistent. An emulator has one copy of
 * everything and would show no other, so the requests themselves are looked at.
 */
import type { ServiceInputTypes } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AwsState } from '../../../src/state/aws/aws-state.ts';
import {
  batchRow,
  clockState,
  conflict,
  head,
  parkedRecord,
  replica,
  sending,
  watermark,
} from '../../contracts/samples.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn, type StatePlaces } from './opened-state.ts';
import { watchedDynamo } from './watched-dynamo.ts';

let emulators: Emulators;
let places: StatePlaces;

beforeAll(async () => {
  emulators = await startEmulators();
  places = await newPlaces(emulators);
  const { control, records } = stateIn(emulators, places);
  await records.putHeads([head(1), head(1, { key: 'k2' })]);
  await records.putReplicas([replica(1)]);
  await control.putBatches([batchRow('row')]);
  await control.appendSending('row', 1, [sending('row', 'k1')]);
  await control.putWatermark(watermark(1));
  await control.putClock(clockState(1));
  await control.park([parkedRecord('k1')]);
  await control.putConflicts([conflict('c', { open: true })]);
});
afterAll(async () => {
  await emulators.stop();
});

const table = 'contacts';

test.each<readonly [rule: string, what: string, read: (state: AwsState) => Promise<unknown>]>([
  ['R1', 'the watermark', ({ control }) => control.watermark(table, 'hq')],
  ['R1', 'whether the table was met', ({ control }) => control.meeting(table, 'hq')],
  ['R1', 'the clock of the server', ({ control }) => control.clock('hq')],
  ['R1', 'how far behind users’ clocks are', ({ control }) => control.userClock(table, 'hq')],
  ['R1', 'the fields and receivers of a table', ({ control }) => control.shape(table)],
  ['R1', 'where a reading stopped', ({ control }) => control.bookmark(table, 'hq')],
  ['R2', 'what the table holds', ({ records }) => records.keys(table, 9)],
  ['R2', 'the open rows of a server', ({ control }) => control.openBatches('hq', 9)],
  ['R2', 'a row', ({ control }) => control.batch('row')],
  ['R2', 'what is parked', ({ control }) => control.parkedAmong(table, 'hq', ['k1', 'k2'])],
  ['R3', 'heads', ({ records }) => records.heads(table, ['k1', 'k2'])],
  ['R3', 'replicas', ({ records }) => records.replicas(table, 'hq', ['k1', 'k2'])],
  ['R3', 'what is announced', ({ control }) => control.sendingOf(table, 'hq', ['k1'])],
  ['R5', 'what is kept of a record', ({ control }) => control.conflictsOf(table, 'k1')],
  ['R5', 'its history', ({ control }) => control.history(table, 'k1', 9)],
  ['R7', 'whether a server works', ({ control }) => control.breaker('hq', 'reading')],
  ['R8', 'a halt', ({ control }) => control.halt(table, 'hq')],
  ['R8', 'records that seem gone', ({ control }) => control.suspectsAmong(table, 'hq', ['k1'])],
  ['R8', 'deletes of the day', ({ control }) => control.deleteCount(table, 'hq')],
  ['R8', 'how far a sweep is', ({ control }) => control.sweep(table, 'hq')],
])('%s: %s is read as it was stored last', async (_rule, _what, read) => {
  const { dynamo, asked } = watchedDynamo(emulators);
  await read(stateIn({ ...emulators, dynamo }, places));
  dynamo.destroy();
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.map(consistencyOf)).toEqual(asked.map(() => true));
});

test('sessions: whose slot is whose is read as it was stored last, by a process that remembers none', async () => {
  const { dynamo, asked } = watchedDynamo(emulators);
  await stateIn({ ...emulators, dynamo }, places).sessions.take('hq', 2, 1, 900_000);
  dynamo.destroy();
  const reads = asked.filter((input) => !('Item' in input));
  expect(reads.map(consistencyOf)).toEqual([true]);
});

/** Of a read of one item, of a range, or of several items of tables. */
function consistencyOf(input: ServiceInputTypes): boolean {
  if ('ConsistentRead' in input) return input.ConsistentRead === true;
  if (!('RequestItems' in input)) return false;
  return Object.values(input.RequestItems ?? {}).every(
    (wanted) => 'ConsistentRead' in wanted && wanted.ConsistentRead === true,
  );
}
