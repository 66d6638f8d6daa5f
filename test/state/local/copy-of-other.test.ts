/** A copy of a state that lies elsewhere: as that was, whatever it becomes meanwhile, and whatever is done to the copy. */
import { afterEach, expect, test } from 'vitest';
import { openCopyOf } from '../../../src/state/local/copy-of-other.ts';
import type { StateCopy } from '../../../src/state/local/state-copy.ts';
import {
  batchRow,
  clockState,
  conflict,
  fieldList,
  head,
  meeting,
  parkedRecord,
  replica,
  sending,
  watermark,
} from '../../contracts/samples.ts';
import { memoryPorts } from '../../support/memory/memory-ports.ts';

const copies: StateCopy[] = [];
afterEach(() => {
  for (const copy of copies.splice(0)) copy.close();
});

const at = 1_732_000_000_000;
const of = { table: 'contacts', server: 'hq' };
const layout = fieldList();

async function copyOf(other: ReturnType<typeof memoryPorts>): Promise<StateCopy> {
  const places = ['hq', 'branch'].map((server) => ({ table: 'contacts', server }));
  const copied = { servers: ['hq', 'branch'], places, layouts: [layout] };
  const copy = await openCopyOf(other, copied);
  copies.push(copy);
  return copy;
}

test('what is fetched of a record stays as it was then, and can be written on by its version', async () => {
  const other = memoryPorts();
  await other.records.putHeads([head(1, { key: 'a' }), head(1, { key: 'b' })]);
  await other.records.putHeads([head(2, { key: 'a' })]);
  await other.records.putReplicas([replica(1, { ...of, key: 'a' })]);
  const { records } = await copyOf(other);
  expect(await records.replicas('contacts', 'hq', ['a'])).toStrictEqual(
    new Map([['a', replica(1, { ...of, key: 'a' })]]),
  );
  await other.records.putHeads([head(3, { key: 'a' }), head(2, { key: 'b' })]);
  expect((await records.heads('contacts', ['a', 'b', 'c'])).get('a')).toStrictEqual(head(2, { key: 'a' }));
  expect((await records.heads('contacts', ['b'])).get('b')?.version).toBe(2);
  expect(await records.putHeads([head(2, { key: 'a' })])).toStrictEqual(new Set(['a']));
  expect(await records.putHeads([head(3, { key: 'a' }), head(1, { key: 'new' })])).toStrictEqual(new Set());
  expect((await records.heads('contacts', ['a'])).get('a')?.version).toBe(3);
  expect((await other.records.heads('contacts', ['new'])).size).toBe(0);
});

test('of two that ask for one record at once the second adds nothing that came to be there behind the first', async () => {
  const other = memoryPorts();
  await other.records.putHeads([head(1, { key: 'a' })]);
  const [slow, isSlow] = [Promise.withResolvers<undefined>(), { value: false }];
  const replicas: typeof other.records.replicas = async (...asked) => {
    if (isSlow.value) await slow.promise;
    return other.records.replicas(...asked);
  };
  const { records } = await copyOf({ ...other, records: { ...other.records, replicas } });
  isSlow.value = true;
  const second = records.heads('contacts', ['a']);
  isSlow.value = false;
  await records.heads('contacts', ['a']);
  await other.records.putHeads([head(2, { key: 'a' })]);
  await other.records.putReplicas([replica(1, { ...of, key: 'a' })]);
  slow.resolve(undefined);
  expect((await second).get('a')?.version).toBe(1);
  expect((await records.replicas('contacts', 'hq', ['a'])).size).toBe(0);
});

test('pages of keys have those that are there and those that were made in the copy, each once and in order', async () => {
  const other = memoryPorts();
  const there = ['b', 'd', 'f', 'h'];
  await other.records.putHeads(there.map((key) => head(1, { key })));
  const { records } = await copyOf(other);
  expect(await records.hasHeads('contacts')).toBe(true);
  await records.putHeads(['a', 'c', 'e', 'i'].map((key) => head(1, { key })));
  const found: string[] = [];
  for (let page = await records.keys('contacts', 2); page.length > 0; ) {
    found.push(...page.map(({ key }) => key));
    page = await records.keys('contacts', 2, page.at(-1)?.key);
  }
  expect(found).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'h', 'i']);
});

test('all else is there as it was, with its versions, and what is put into the copy is not in the other', async () => {
  const { control, ...rest } = memoryPorts();
  await control.putMeeting(meeting({ ...of, state: 'passed', over: true }));
  for (const generation of [1, 2]) await control.putWatermark(watermark(generation, of));
  for (const rev of [1, 2, 3]) await control.putClock(clockState(rev, { server: 'hq' }));
  await control.putUserClock({ ...of, worstByDay: { '19000': 7 } });
  await control.park(['k1', 'k2'].map((key) => parkedRecord(key, of)));
  await control.putSuspects([{ ...of, key: 'k2', recordId: '2', rev: 1, at, source: 'sweep' }]);
  for (const rev of [1, 2]) await control.putDeleteCount({ ...of, rev, byHour: { '1': rev } });
  await control.putHalt({ ...of, rev: 1, id: 'abc123', kind: 'clone', at, figures: {}, examples: [] });
  await control.putSweep({ ...of });
  await control.putDeleteLog({ ...of, generation: 1, log: 'a log' });
  await control.putShape({ table: 'contacts', fields: ['name'], receivers: ['hq'] });
  await control.putFieldList(layout);
  for (const rev of [1, 2])
    await control.putBreaker({
      server: 'hq',
      task: 'writing',
      rev,
      failures: 1,
      since: at,
      code: 'x',
      tryAt: at,
    });
  await control.putPauses({ rev: 1, pauses: [{ server: 'hq', at }] });
  await control.putBatches([batchRow('one', of)]);
  const row = await control.claim('one');
  await control.appendSending('one', row?.rev ?? 0, [sending('one', 'k1')]);
  await control.putConflicts([conflict('old')]);
  const copy = await copyOf({ control, ...rest });
  const both = [control, copy.control];
  const reads: readonly ((from: typeof control) => Promise<unknown>)[] = [
    (from) => from.meetings(),
    (from) => from.watermark('contacts', 'hq'),
    (from) => from.clock('hq'),
    (from) => from.userClock('contacts', 'hq'),
    (from) => from.parkedPage('contacts', 'hq', 10),
    (from) => from.suspects('contacts', 'hq', 10),
    (from) => from.deleteCount('contacts', 'hq'),
    (from) => from.halts(),
    (from) => from.sweeps(),
    (from) => from.deleteLog('contacts', 'hq'),
    (from) => from.shape('contacts'),
    (from) => from.fieldList(layout.server, layout.database, layout.layout),
    (from) => from.breakers(),
    (from) => from.pauses(),
    (from) => from.sendingOf('contacts', 'hq', ['k1']),
    (from) => from.backlog(),
    (from) => from.conflictsById(['old', 'none']),
  ];
  for (const read of reads) {
    const [there, here] = await Promise.all(both.map(read));
    expect(there).toBeDefined();
    expect(here).toStrictEqual(there);
  }
  expect(await copy.control.putWatermark(watermark(3, of))).toBe(true);
  expect(await copy.control.putClock(clockState(4, { server: 'hq' }))).toBe(true);
  const taken = await copy.control.claim('one');
  expect(await copy.control.close('one', taken?.rev ?? 0)).toBe(true);
  expect((await control.watermark('contacts', 'hq'))?.generation).toBe(2);
  expect(await control.batch('one')).toBeDefined();
});
