/** Reading: by stamp, as a listing, by record id; what is missing; what passes and what does not. */
import { describe, expect, test } from 'vitest';
import { pagesOf } from '../../../src/engine/pager.ts';
import type { PageRange, StampRange } from '../../../src/ports/server.ts';
import type { Effect } from '../../../src/simulator/troubles.ts';
import { startScripted } from '../../filemaker/http/scripted-server.ts';
import { all, connectTo, contactsOf, never, openServer, type ServerKind } from './kind.ts';
import { place } from './simulated.ts';

export function describeReads(kind: ServerKind): void {
  describe('reads', () => {
    describeChanges(kind);
    describeListing(kind);
    describeSingle(kind);
    describeLayouts(kind);
    describeRepeats(kind);
    describeClock(kind);
  });
}

const wallAt = (time: string): number => Date.parse(`2026-11-22T${time}Z`);

function describeChanges(kind: ServerKind): void {
  test('what changed is found by its stamp, both ends included, in order of creation', async () => {
    const stamped = { before: '09:59:59', to: '10:00:05', from: '10:00:00', after: '10:00:06' };
    const rows = Object.entries(stamped).map(([PK, time]) => ({ PK, Modified: `2026-11-22T${time}` }));
    await using opened = await openServer(kind, { rows: [...rows, { PK: 'never', Modified: '' }] });
    const { table } = opened;
    const [from, to] = [wallAt('10:00:00'), wallAt('10:00:05')];
    const closed = await table.changed({ kind: 'wall', from, to }, all, never);
    const open = await table.changed({ kind: 'wall', from }, all, never);
    const none = await table.changed({ kind: 'none' }, all, never);
    const inOrder = <T>(shown: readonly T[], by: (one: T) => string): readonly T[] =>
      kind.inOrderOfCreation === false ? shown.toSorted((a, b) => (by(b) < by(a) ? -1 : 1)) : shown;
    expect(inOrder(closed.records, ({ key }) => key).map(({ key, stamp }) => [key, stamp])).toEqual([
      ['to', { kind: 'wall', wall: to }],
      ['from', { kind: 'wall', wall: from }],
    ]);
    const order = ['to', 'from', 'after'];
    expect(inOrder(open.records, ({ key }) => key).map(({ key }) => key)).toEqual(order);
    expect(none.records.map(({ key, stamp }) => [key, stamp])).toEqual([['never', { kind: 'empty' }]]);
  });

  test('what changed is found by UTC milliseconds, both ends included', async () => {
    const stamps = [63_899_999_999_999, 63_900_000_000_000, 63_900_000_000_007, 63_900_000_000_008];
    const rows = stamps.map((ModifiedUtc) => ({ PK: `k${ModifiedUtc}`, ModifiedUtc }));
    await using opened = await openServer(kind, { rows });
    const table = await opened.bind({ stampField: 'ModifiedUtc', stampedBy: 'utcMilliseconds' });
    const range = { kind: 'utcMilliseconds' as const, from: 63_900_000_000_000, to: 63_900_000_000_007 };
    const { records } = await table.changed(range, all, never);
    expect(records.map(({ stamp }) => stamp)).toEqual([
      { kind: 'utcMilliseconds', value: 63_900_000_000_000 },
      { kind: 'utcMilliseconds', value: 63_900_000_000_007 },
    ]);
  });

  test('nothing changed is an empty page', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1', Modified: '2026-11-22T10:00:00' }] });
    const range = { kind: 'wall' as const, from: Date.parse('2026-11-23T00:00:00Z') };
    expect(await opened.table.changed(range, all, never)).toEqual({ records: [], foundCount: 0 });
  });

  test('R1: a range that is asked again shows what entered it meanwhile, wherever that stands', async () => {
    const stamped = { a: '2026-11-22T09:00:00', b: '2026-11-22T10:00:01', c: '' };
    const rows = Object.entries(stamped).map(([PK, Modified]) => ({ PK, Modified }));
    await using opened = await openServer(kind, { rows });
    const { table, simulator } = opened;
    const from = { kind: 'wall' as const, from: wallAt('10:00:00') };
    const keysOf = async (range: StampRange): Promise<readonly string[]> =>
      (await table.changed(range, all, never)).records.map(({ key }) => key).toSorted();
    expect([await keysOf(from), await keysOf({ kind: 'none' })]).toEqual([['b'], ['c']]);
    const edit = (recordId: number, Modified: string): void =>
      void simulator.control.updateAsUser({ ...place, recordId, values: { Modified }, stamp: false });
    edit(1, '2026-11-22T10:00:02');
    expect(await keysOf(from)).toEqual(['a', 'b']);
    edit(1, '');
    expect(await keysOf({ kind: 'none' })).toEqual(['a', 'c']);
  });

  test('R1: pages of a range begin where the one before ended, and each says how many there are in all', async () => {
    const rows = Array.from({ length: 9 }, (_, at) => ({
      PK: `k${at}`,
      Modified: `2026-11-22T10:00:0${at % 3 === 0 ? 1 : 5}`,
    }));
    await using opened = await openServer(kind, { rows });
    const range = { kind: 'wall' as const, from: wallAt('10:00:05') };
    const { keys, counts } = await pages((page) => opened.table.changed(range, page, never), 3);
    expect(keys).toEqual(['k1', 'k2', 'k4', 'k5', 'k7', 'k8']);
    expect(new Set(counts)).toEqual(new Set([6]));
  });
}

/** As pager.ts asks: each page begins with the last record of the one before. */
async function pages(
  fetch: (page: PageRange) => ReturnType<Awaited<ReturnType<typeof openServer>>['table']['list']>,
  limit: number,
): Promise<{ readonly keys: readonly string[]; readonly counts: readonly number[] }> {
  const keys = new Set<string>();
  const counts: number[] = [];
  for (let offset = 0; ; ) {
    const { records, foundCount } = await fetch({ offset, limit });
    for (const { key } of records) keys.add(key);
    counts.push(foundCount);
    const end = offset + records.length;
    if (records.length === 0 || end >= foundCount) return { keys: [...keys], counts };
    offset = end - 1;
  }
}

function describeListing(kind: ServerKind): void {
  const seven = Array.from({ length: 7 }, (_, at) => ({ PK: `k${at}` }));
  const keysOfSeven = seven.map(({ PK }) => PK);

  test('pages follow one another without gap or overlap and know how many there are in all', async () => {
    await using opened = await openServer(kind, { rows: seven });
    const shown = await Promise.all(
      [0, 3, 6].map((offset) => opened.table.list({ offset, limit: 3 }, never)),
    );
    expect(shown.flatMap(({ records }) => records.map(({ key }) => key))).toEqual(keysOfSeven);
    expect(shown.map(({ foundCount }) => foundCount)).toEqual([7, 7, 7]);
  });

  test('a page that begins with the last record of the one before goes on from there', async () => {
    await using opened = await openServer(kind, { rows: seven });
    const { keys, counts } = await pages((page) => opened.table.list(page, never), 3);
    expect(keys).toEqual(keysOfSeven);
    expect(new Set(counts)).toEqual(new Set([7]));
  });

  test('R1: what is deleted while pages are read takes no other record with it', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({ PK: `k${at}` }));
    await using opened = await openServer(kind, { rows });
    const { table, simulator, clock } = opened;
    const seen = new Set<string>();
    const gone = [2, 3, 5, 20, 21];
    for await (const { records } of pagesOf(clock, (page) => table.list(page, never), 10)) {
      for (const { key } of records) seen.add(key);
      const recordId = gone.shift();
      if (recordId !== undefined) simulator.control.deleteAsUser({ ...place, recordId });
    }
    const stayed = simulator.control.records(place).map(({ values }) => values['PK']);
    expect(stayed.filter((key) => !seen.has(key ?? ''))).toEqual([]);
  });

  test('R1: a table that is restored to more records than it had is listed with all of them', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }, { PK: 'k2' }] });
    const { table, simulator } = opened;
    const listed = async (): Promise<readonly string[]> =>
      (await table.list(all, never)).records.map(({ key }) => key).toSorted();
    simulator.control.backup('before', 'Sales');
    simulator.control.deleteAsUser({ ...place, recordId: 1 });
    expect(await listed()).toEqual(['k2']);
    simulator.control.restore('before', 'Sales');
    expect(await listed()).toEqual(['k1', 'k2']);
  });

  test('an empty table is an empty page', async () => {
    await using opened = await openServer(kind);
    expect(await opened.table.list(all, never)).toMatchObject({ records: [], foundCount: 0 });
  });

  test('a page beyond the last record is empty', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }] });
    expect((await opened.table.list({ offset: 900, limit: 3 }, never)).records).toEqual([]);
  });
}

function describeSingle(kind: ServerKind): void {
  test('a record is read by its id, and one that is not there is undefined', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }, { PK: 'k2', Name: 'Ann' }] });
    const found = await opened.table.read('2', never);
    expect(found).toMatchObject({ recordId: '2', modId: 0, key: 'k2', values: { name: 'Ann', amount: '' } });
    expect(await opened.table.read('9', never)).toBe(undefined);
  });

  test('a record that a user has open is read', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }] });
    opened.simulator.control.lock({ ...place, recordIds: [1] });
    expect(await opened.table.lookUp(['k1'], never)).toHaveLength(1);
    expect(await opened.table.read('1', never)).toMatchObject({ key: 'k1' });
  });
}

function describeLayouts(kind: ServerKind): void {
  test('a layout or table that is missing is named with its database and server', async () => {
    await using opened = await openServer(kind);
    const asked = opened.server.layout('Sales', 'No such thing', never);
    await expect(asked).rejects.toMatchObject({ code: 'layout-missing', disposition: 'configuration' });
    await expect(asked).rejects.toThrow(/"No such thing" of database "Sales" on server "berlin".*create it/);
    const listed = opened.server.table({ ...contactsOf(kind), layout: 'No such thing' }).list(all, never);
    await expect(listed).rejects.toMatchObject({ code: 'layout-missing' });
  });

  test('a field that is not there is the fault of the configuration', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }] });
    const binding = { ...contactsOf(kind), fieldNames: { name: 'Nickname' } };
    const listed = opened.server.table(binding).list(all, never);
    await expect(listed).rejects.toMatchObject({ code: 'field-missing', disposition: 'configuration' });
  });

  test('a database that is not open is named', async () => {
    await using opened = await openServer(kind);
    const listed = opened.server.table({ ...contactsOf(kind), database: 'Gone' }).list(all, never);
    await expect(listed).rejects.toMatchObject({ code: 'database-unavailable', fileMakerCode: '802' });
    await expect(listed).rejects.toThrow(/database "Gone" on server "berlin"/);
  });

  test('a layout or table shows its fields, and which of them can be written', async () => {
    await using opened = await openServer(kind);
    const fields = await opened.server.layout('Sales', kind.layout, never);
    const shown = fields.map(({ name, type, writable }) => [name, type, writable]);
    expect(shown).toEqual(
      expect.arrayContaining([
        ['Name', 'text', true],
        ['Number', 'number', true],
        ['Born', 'date', true],
        ['At', 'time', true],
        ['Seen', 'timestamp', true],
        ['Picture', 'container', true],
        ['Label', 'text', false],
        ['Shared', 'text', false],
      ]),
    );
    expect(fields.find(({ name }) => name === 'Modified')?.autoEnter).toBe(true);
    expect(fields.every(({ repetitions }) => repetitions === 1)).toBe(true);
  });
}

const passing: readonly (readonly [string, Effect])[] = [
  ['a gateway answers in HTML', { kind: 'html', status: 502 }],
  ['a gateway answers in JSON', { kind: 'gateway', status: 503 }],
  ['the connection is reset', { kind: 'resetBefore' }],
  ['the answer breaks off', { kind: 'truncate' }],
  ['the server asks to repeat', { kind: 'error', code: '16' }],
  ['the file is locked', { kind: 'error', code: '300' }],
];

function describeRepeats(kind: ServerKind): void {
  test.each(passing)('a read is repeated when %s', async (_, effect) => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }] });
    opened.simulator.control.addTrouble({ effect, on: ['find'], next: 2 });
    expect(await opened.table.lookUp(['k1'], never)).toHaveLength(1);
    expect(opened.clock.slept).toEqual([100, 200]);
  });

  test('a read is given up after five tries, and the error says what was tried and what to do', async () => {
    await using opened = await openServer(kind);
    opened.simulator.control.addTrouble({ effect: { kind: 'html', status: 502 }, on: ['list'] });
    const failure: unknown = await opened.table.list(all, never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'server-unreachable', disposition: 'retry' });
    expect(String(failure)).toMatch(
      /"berlin" at http:\S+ .*5 times.*HTTP 502 \(text\/html.*check the address/,
    );
  });

  test('a wait between tries ends when the caller gives up', async () => {
    const giveUp = new AbortController();
    const log = (): void => giveUp.abort(new Error('enough'));
    await using opened = await openServer(kind, { options: { log } });
    opened.simulator.control.addTrouble({ effect: { kind: 'html', status: 502 }, on: ['list'] });
    await expect(opened.table.list(all, giveUp.signal)).rejects.toThrow('enough');
  });

  test('a host that refuses connections is unreachable', async () => {
    const opened = await openServer(kind);
    await opened[Symbol.asyncDispose]();
    const { server, clock } = connectTo(kind, opened.simulator.url);
    const listing = server.table(contactsOf(kind)).list(all, never);
    await expect(listing).rejects.toMatchObject({ code: 'server-unreachable' });
    await expect(listing).rejects.toThrow(/ECONNREFUSED/);
    expect(clock.slept).toHaveLength(4);
    await server.close();
  });
}

function describeClock(kind: ServerKind): void {
  test("a server's clock is seen without an account", async () => {
    await using opened = await openServer(kind, { options: { account: { username: '', password: '' } } });
    const { offset, at } = await opened.server.probe(never);
    expect(offset.hi - offset.lo).toBeLessThan(3_000);
    expect(at).toBe(opened.clock.now());
  });

  test('a host that is something else is no FileMaker Server', async () => {
    const page = { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>not here</h1>' };
    await using fake = await startScripted(() => page);
    const { server } = connectTo(kind, fake.url);
    await expect(server.probe(never)).rejects.toMatchObject({ code: 'not-filemaker' });
    expect(fake.requests).toHaveLength(1);
    await server.close();
  });
}
