import type { FieldType } from '../../../src/core/link.ts';
import { describe, expect, test } from 'vitest';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import type { Opened } from '../../contracts/server/kind.ts';
import { anyTime, never, openServer } from '../../contracts/server/kind.ts';
import { place } from '../../contracts/server/simulated.ts';
import { type Send, sendingBy } from './sending-by.ts';
import { smallPicture as file } from './small-picture.ts';

const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };

const opened = (rows: Parameters<typeof openServer>[1], by: (send: Send) => Send = (send) => send) =>
  openServer(kind, { ...rows, options: { open: sendingBy(by) } });

const namesOn = ({ simulator }: Opened): readonly unknown[] =>
  simulator.control.records(place).map(({ values }) => values['Name']);

describe('an update, for which OData has no condition', () => {
  test('says so, and leaves by the time that is given for it, or not at all', async () => {
    await using open = await opened({ rows: [{ PK: 'k1', Name: 'old' }] });
    const { table, clock } = open;
    expect(table.updatesUnconditionally).toBe(true);
    const late = await table.update('1', 0, { name: 'new' }, never, clock.now() - 1);
    expect([late, namesOn(open)]).toEqual([{ kind: 'unsent' }, ['old']]);
  });

  test('is over where it was answered, though somebody else changed the record just then', async () => {
    let edit: (() => void) | undefined;
    await using open = await opened(
      { rows: [{ PK: 'k1', Name: 'old' }] },
      (send) => async (request, signal) => {
        if (request.method === 'PATCH') edit?.();
        return send(request, signal);
      },
    );
    edit = () => open.simulator.control.updateAsUser({ ...place, recordId: 1, values: { Name: 'theirs' } });
    const outcome = await open.table.update('1', 0, { name: 'ours' }, never);
    expect(outcome).toEqual({ kind: 'unknown', isOver: true });
  });

  test('may be done later where its answer was lost', async () => {
    await using open = await opened(
      { rows: [{ PK: 'k1', Name: 'old' }] },
      (send) => async (request, signal) =>
        request.method === 'PATCH' ? { kind: 'lost', reason: 'no answer in time' } : send(request, signal),
    );
    expect(await open.table.update('1', 0, { name: 'ours' }, never)).toEqual({ kind: 'unknown' });
  });
});

/** Edits the record that was made last, before anything more is asked. */
const editing =
  (open: { by?: Opened; readonly edits: Record<string, string>[] }) =>
  (send: Send): Send =>
  async (request, signal) => {
    const reply = await send(request, signal);
    const values = request.method === 'POST' ? open.edits.shift() : undefined;
    const last = open.by?.simulator.control.records(place).at(-1);
    if (values !== undefined && last !== undefined)
      open.by?.simulator.control.updateAsUser({ ...place, recordId: last.recordId, values });
    return reply;
  };

const without = (text: string): string => text.replaceAll(/ROWID%20eq%20\d+/g, 'ROWID%20eq%200');

/** A server that takes a filter on ROWID and finds nothing by it. */
const findingNone =
  (send: Send): Send =>
  (request, signal) => {
    const body = request.body === undefined ? {} : { body: without(request.body) };
    return send({ ...request, path: without(request.path), ...body }, signal);
  };

test('R4: what a filter on ROWID does not find is not taken for gone before one has shown a row', async () => {
  await using open = await opened({ rows: [{ PK: 'k1' }, { PK: 'k2' }, { PK: 'k3' }] }, findingNone);
  const bulk = await open.table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  open.simulator.control.deleteAsUser({ ...place, recordId: 3 });
  const removes = ['3', '1'].map(
    (id) => ({ kind: 'remove', key: `k${id}`, recordId: id, modId: 0 }) as const,
  );
  const update = { kind: 'update', key: 'k2', recordId: '2', modId: 0, values: { name: 'ours' } } as const;
  const outcomes = await bulk.apply([...removes, update], open.clock.now() + 5_000, never);
  expect(outcomes.map(({ kind: outcome }) => outcome)).toEqual(['missing', 'removed', 'written']);
  expect(namesOn(open)).toEqual(['ours']);
});

/** A server that counts from 1. */
const fromOne =
  (send: Send): Send =>
  async (request, signal) => {
    const reply = await send(request, signal);
    if (reply.kind !== 'response') return reply;
    const text = reply.text.replaceAll(
      /"ROWMODID":"?(\d+)"?/g,
      (_, count) => `"ROWMODID":${Number(count) + 1}`,
    );
    return { ...reply, text };
  };

/** A look at a record takes 20 seconds, at the end of which somebody edits it. */
const slowly =
  (held: { by?: Opened }) =>
  (send: Send): Send =>
  async (request, signal) => {
    const reply = await send(request, signal);
    const isLook = request.method === 'GET' && request.path.includes('(ROWID=1)?');
    if (held.by === undefined || !isLook) return reply;
    held.by.clock.at += 20_000;
    edit(held.by);
    return reply;
  };

const edit = ({ simulator }: Opened): void =>
  void simulator.control.updateAsUser({ ...place, recordId: 1, values: { Name: 'theirs' } });

const ignoring = (by?: (send: Send) => Send) =>
  opened({ rows: [{ PK: 'k1', Name: 'old' }], simulator: { odata: { ignoresChanges: true } } }, by);

describe('a look that a write rests on', () => {
  const rows = [{ PK: 'k1', Name: 'old' }];

  test('R3: is as old as its question: nothing goes by one that was long in coming', async () => {
    const held: Parameters<typeof slowly>[0] = {};
    await using open = await opened({ rows }, slowly(held));
    held.by = open;
    expect(await open.table.update('1', 0, { name: 'ours' }, never)).toEqual({ kind: 'unsent' });
    expect(namesOn(open)).toEqual(['theirs']);
  });

  test('R3: nor does a file', async () => {
    const held: Parameters<typeof slowly>[0] = {};
    await using open = await opened({ rows }, slowly(held));
    const table = await open.bind({ fieldNames: { picture: 'Picture' } }, { picture: 'container' });
    held.by = open;
    expect(await table.files?.upload('1', 0, 'picture', file, never)).toEqual({ kind: 'unsent' });
  });
});

describe('a write that is answered as done, of no record', () => {
  test('is not believed, and may be told only by what is there', async () => {
    await using open = await ignoring();
    expect(await open.table.remove('1', anyTime, never)).toEqual({ kind: 'unknown' });
    expect(await open.table.update('1', 0, { name: 'ours' }, never)).toEqual({ kind: 'unknown' });
    expect(namesOn(open)).toEqual(['old']);
  });

  test('R4: is not taken for done where somebody else changes the record just then, or deletes it', async () => {
    const held: { by?: Opened } = {};
    const then: ((open: Opened) => void)[] = [
      ({ simulator }) =>
        simulator.control.updateAsUser({ ...place, recordId: 1, values: { Name: 'theirs' } }),
      ({ simulator }) => simulator.control.deleteAsUser({ ...place, recordId: 1 }),
    ];
    await using open = await ignoring((send) => async (request, signal) => {
      const reply = await send(request, signal);
      if (request.method !== 'GET' && held.by !== undefined) then.shift()?.(held.by);
      return reply;
    });
    held.by = open;
    const updated = await open.table.update('1', 0, { name: 'ours' }, never);
    expect(updated).toEqual({ kind: 'unknown', isOver: true });
    expect(await open.table.remove('1', anyTime, never)).toEqual({ kind: 'missing' });
  });
});

test('a record that the account may not see is denied, whoever wants to write or delete it', async () => {
  await using open = await opened({ rows: [{ PK: 'k1' }], simulator: { odata: { refusesHidden: true } } });
  open.simulator.control.hide({ ...place, account: 'sync', recordIds: [1], code: '200' });
  const refused = { kind: 'refused', code: '200' };
  expect(await open.table.read('1', never)).toBe('denied');
  expect(await open.table.remove('1', anyTime, never)).toMatchObject(refused);
  expect(await open.table.update('1', 0, { name: 'ours' }, never)).toMatchObject(refused);
});

describe('a create, of which OData tells no count of modifications', () => {
  test.each<readonly [string, FieldType, string]>([
    ['A-1', 'number', 'Number'],
    ['007', 'number', 'Number'],
    ['tomorrow', 'date', 'Born'],
    ['10:00', 'time', 'At'],
    ['2026-11-22T10:00:00.5', 'timestamp', 'Seen'],
    ['half \uD83D of a pair', 'text', 'PK'],
  ])(
    'R7: is refused with the key %j in a field of type %s, by which it would not be found',
    async (key, type, keyField) => {
      await using open = await opened({});
      const table = await open.bind({ keyField }, { id: type });
      expect(await table.lookUp([key], never)).toEqual([]);
      expect(await table.create(key, { name: 'ours' }, anyTime, never)).toMatchObject({
        kind: 'refused',
        code: 'key-unfit',
      });
      const bulk = await table.bulk?.(never);
      if (bulk === undefined || bulk === 'untried') throw new Error('no bulk');
      const writes = ['7', key].map((one) => ({ kind: 'create', key: one, values: {} }) as const);
      expect([bulk.most(writes), bulk.most(writes.slice(1))]).toEqual([
        ['number', 'text'].includes(type) ? 1 : 0,
        0,
      ]);
      expect(open.simulator.control.count(place)).toBe(0);
    },
  );

  test('R4: is not taken for a record as it was made where somebody edited it just then, whatever was seen before', async () => {
    const held: Parameters<typeof editing>[0] = { edits: [{ Amount: '5' }, { Name: 'theirs' }] };
    await using open = await opened({}, editing(held));
    held.by = open;
    const create = (key: string) => open.table.create(key, { name: 'ours' }, anyTime, never);
    expect(await create('k1')).toEqual({ kind: 'unknown', isOver: true });
    expect(await create('k2')).toEqual({ kind: 'unknown', isOver: true });
    expect(await create('k3')).toEqual({ kind: 'written', recordId: '3', modId: 0 });
    held.edits.push({ Amount: '6' });
    expect(await create('k4')).toEqual({ kind: 'unknown', isOver: true });
  });

  test('R4: is known by what the record holds where a server counts from 1', async () => {
    const held: Parameters<typeof editing>[0] = { edits: [{ Amount: '5' }, { Name: 'theirs' }] };
    await using open = await opened({}, (send) => fromOne(editing(held)(send)));
    held.by = open;
    const create = (key: string) => open.table.create(key, { name: 'ours' }, anyTime, never);
    expect(await create('k1')).toEqual({ kind: 'unknown', isOver: true });
    expect(await create('k2')).toEqual({ kind: 'unknown', isOver: true });
    expect(await create('k3')).toEqual({ kind: 'written', recordId: '3', modId: 1 });
  });
});
