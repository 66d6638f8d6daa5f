/**
 * What a release stores, whatever it stores it in, and what is read of it by a later one. It is only ever added to: the files
 * beside this one were written by the releases that they name.
 */
import { expect } from 'vitest';
import type { Control } from '../../../src/ports/control.ts';
import type { Records } from '../../../src/ports/records.ts';
import type { SessionSlots } from '../../../src/ports/session-slots.ts';
import {
  batchRow,
  clockState,
  conflict,
  fieldList,
  head,
  historyEntry,
  meeting,
  parkedRecord,
  replica,
  run,
  sending,
  watermark,
} from '../../contracts/samples.ts';

type State = { readonly records: Records; readonly control: Control; readonly sessions: SessionSlots };

const at = 1_732_000_000_000;

/** Too large for a row of DynamoDB: it lies elsewhere. */
const large = 'Ä line of a long note. '.repeat(1_600);

const heads = [
  head(1),
  head(1, {
    key: 'k2 "Ö"\n',
    fields: { notes: { value: large, digest: 'l', stamp: { lo: at, hi: at }, origin: 'hq' } },
  }),
];
const rows = [
  batchRow('one'),
  batchRow('two', { createdAt: at + 1, keys: [{ key: 'k2 "Ö"\n', version: 1 }] }),
];
const breaker = {
  server: 'hq',
  task: 'writing',
  rev: 1,
  failures: 2,
  since: at,
  code: 'c',
  tryAt: at,
} as const;
const bookmark = {
  kind: 'first-read',
  table: 'contacts',
  server: 'hq',
  fields: ['name'],
  startedAt: at,
  place: { offset: 99, seen: ['12'] },
  watermark: watermark(1),
} as const;
const shape = { table: 'contacts', fields: ['name'], receivers: ['hq'] };

export async function store({ records, control, sessions }: State): Promise<void> {
  await records.putHeads(heads);
  await records.putReplicas([replica(1), replica(1, { server: 'branch' })]);
  await control.putBatches(rows);
  await control.markReady(['two'], at + 5);
  await control.appendSending('one', 1, [sending('one', 'k1')]);
  await control.putWatermark(watermark(1));
  for (const rev of [1, 2, 3]) await control.putClock(clockState(rev));
  await control.putConflicts([conflict('c1'), conflict('c2', { at: at + 1 })]);
  await control.park([parkedRecord('k1'), parkedRecord('k3')]);
  await control.putMeeting(meeting());
  await control.putFieldList(fieldList());
  await control.putShape(shape);
  await control.putRun(run('r1'));
  await control.putBookmark(bookmark);
  await control.putBreaker(breaker);
  const slot = await sessions.take('hq', 2, at, 900_000);
  if (slot === undefined) throw new Error('no slot was free');
  await sessions.opening(slot, at);
  await sessions.opened(slot, 'Main/token', at);
  await sessions.leave(slot);
}

export async function expectStored({ records, control, sessions }: State): Promise<void> {
  const found = await records.heads('contacts', ['k1', 'k2 "Ö"\n']);
  expect([...found.values()].toSorted((a, b) => a.key.length - b.key.length)).toEqual(heads);
  expect((await records.replicas('contacts', 'branch', ['k1'])).get('k1')).toEqual(
    replica(1, { server: 'branch' }),
  );
  const [one, two] = await control.openBatches('hq', 10);
  expect(one).toEqual({ ...rows[0], rev: 2, sending: [sending('one', 'k1')] });
  expect(two).toEqual({ ...rows[1], rev: 2, state: 'ready', sentAt: at + 5 });
  expect((await control.sendingOf('contacts', 'hq', ['k1'])).get('k1')).toEqual([sending('one', 'k1')]);
  expect(await control.watermark('contacts', 'hq')).toEqual(watermark(1));
  expect(await control.clock('hq')).toEqual(clockState(3));
  expect(await control.clockHistory('hq', 10)).toHaveLength(3);
  expect(await control.conflicts(10)).toEqual([conflict('c2', { at: at + 1 }), conflict('c1')]);
  expect((await control.parkedPage('contacts', 'hq', 10)).map(({ key }) => key)).toEqual(['k1', 'k3']);
  expect(await control.meetings()).toEqual([meeting()]);
  expect(await control.fieldList('hq', 'Main', 'Sync')).toEqual(fieldList());
  expect(await control.shape('contacts')).toEqual(shape);
  expect(await control.runs(10)).toEqual([run('r1')]);
  expect(await control.bookmark('contacts', 'hq')).toEqual(bookmark);
  expect(await control.breakers()).toEqual([breaker]);
  expect(await sessions.take('hq', 2, at + 1, 900_000)).toMatchObject({ token: 'Main/token' });
  expect(await control.history('contacts', 'k1', 9)).toEqual([]);
  // And goes on from there.
  await control.putHistory([historyEntry(2)]);
  expect(await control.history('contacts', 'k1', 9)).toEqual([historyEntry(2)]);
  expect(await control.putWatermark(watermark(2))).toBe(true);
  expect(await control.close('one', one?.rev ?? 0)).toBe(true);
  await control.unpark('contacts', 'hq', ['k1']);
  expect(await control.countParked()).toBe(1);
}
