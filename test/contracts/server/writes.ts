/** Creating, updating and removing one record: what is done, what is not, and what is not known. */
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../../src/simulator/troubles.ts';
import { anyTime, never, openServer, type ServerKind } from './kind.ts';
import { place } from './simulated.ts';

export function describeWrites(kind: ServerKind): void {
  describe('writes', () => {
    describeDone(kind);
    describeNotDone(kind);
    describeLost(kind);
  });
}

function describeDone(kind: ServerKind): void {
  test('a create tells the id and the modId of the record, which has its key', async () => {
    await using opened = await openServer(kind);
    expect(await opened.table.create('k1', { name: 'Ann' }, anyTime, never)).toEqual({
      kind: 'written',
      recordId: '1',
      modId: 0,
    });
    expect(await opened.table.read('1', never)).toMatchObject({
      key: 'k1',
      modId: 0,
      values: { name: 'Ann' },
    });
  });

  test('an update names the modId it is based on, and does not touch a record that has moved', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1', Name: 'Ann' }] });
    const { table, simulator } = opened;
    expect(await table.update('1', 0, { name: 'Bob' }, never)).toEqual({
      kind: 'written',
      recordId: '1',
      modId: 1,
    });
    expect(await table.update('1', 0, { name: 'Eve' }, never)).toEqual({ kind: 'moved' });
    expect(simulator.control.records(place)[0]).toMatchObject({ modId: 1, values: { Name: 'Bob' } });
  });

  test('an update writes the fields that it names and no other', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1', Name: 'Ann', Amount: 7 }] });
    await opened.table.update('1', 0, { name: 'Bob' }, never);
    expect(opened.simulator.control.records(place)[0]?.values).toMatchObject({
      Name: 'Bob',
      Amount: '7',
      PK: 'k1',
    });
  });

  test('a delete takes the record, and one that is gone is missing', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }, { PK: 'k2' }] });
    expect(await opened.table.remove('1', anyTime, never)).toEqual({ kind: 'removed' });
    expect(await opened.table.remove('1', anyTime, never)).toEqual({ kind: 'missing' });
    expect(opened.simulator.control.records(place).map(({ recordId }) => recordId)).toEqual([2]);
  });
}

function describeNotDone(kind: ServerKind): void {
  test('a record that a user has open is locked, and one that is gone is missing', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }] });
    const { table, simulator } = opened;
    simulator.control.lock({ ...place, recordIds: [1] });
    expect(await table.update('1', 0, { name: 'Bob' }, never)).toEqual({ kind: 'locked', code: '301' });
    expect(await table.remove('1', anyTime, never)).toEqual({ kind: 'locked', code: '301' });
    expect(await table.update('99', 0, { name: 'Bob' }, never)).toEqual({ kind: 'missing' });
  });

  test('R2: an update of a record that was deleted does not make it anew', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1', Name: 'Ann' }] });
    const { table, simulator } = opened;
    simulator.control.deleteAsUser({ ...place, recordId: 1 });
    expect(await table.update('1', 0, { name: 'Bob' }, never)).toEqual({ kind: 'missing' });
    expect(simulator.control.count(place)).toBe(0);
  });

  test('a value that another record has is refused in words, and the field is not written', async () => {
    await using opened = await openServer(kind, {
      rows: [
        { PK: 'k1', Code: 'a' },
        { PK: 'k2', Code: 'b' },
      ],
    });
    const table = await opened.bind({ fieldNames: { code: 'Code' } });
    expect(await table.update('2', 0, { code: 'a' }, never)).toMatchObject({
      kind: 'refused',
      code: '504',
      reason: expect.stringMatching(/not unique/),
    });
    expect(await table.create('k3', { code: 'a' }, anyTime, never)).toMatchObject({
      kind: 'refused',
      code: '504',
    });
    expect(opened.simulator.control.records(place).map(({ values }) => values['Code'])).toEqual(['a', 'b']);
  });

  test.each(['102', '105', '802', '953'])(
    'a write that is answered %s stops the work on the table',
    async (code) => {
      await using opened = await openServer(kind);
      opened.simulator.control.addTrouble({ effect: { kind: 'error', code }, on: ['create'] });
      const written = opened.table.create('k1', {}, anyTime, never);
      await expect(written).rejects.toMatchObject({ fileMakerCode: code });
      await expect(written).rejects.toThrow(`"${kind.layout}" of database "Sales" on server "berlin"`);
    },
  );

  test('a write that FileMaker says it did not do is repeated until it is done', async () => {
    await using opened = await openServer(kind);
    const { simulator, table } = opened;
    simulator.control.addTrouble({ effect: { kind: 'error', code: '16' }, on: ['create'], next: 3 });
    expect(await table.create('k1', {}, anyTime, never)).toMatchObject({ kind: 'written' });
    expect([simulator.control.count(place), simulator.control.stats().requests.create]).toEqual([1, 4]);
  });

  test('R3: a create that could not leave in time is never sent, not even after waiting to be repeated', async () => {
    await using opened = await openServer(kind);
    const { simulator, table, clock } = opened;
    simulator.control.addTrouble({ effect: { kind: 'error', code: '16' }, on: ['create'], next: 3 });
    expect(await table.create('k1', {}, clock.now() + 150, never)).toEqual({ kind: 'unsent' });
    expect([simulator.control.count(place), simulator.control.stats().requests.create]).toEqual([0, 2]);
  });

  test('R3: a delete that could not leave in time is never sent', async () => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }] });
    const { simulator, table, clock } = opened;
    expect(await table.remove('1', clock.now() - 1, never)).toEqual({ kind: 'unsent' });
    expect(simulator.control.count(place)).toBe(1);
  });
}

const lost: readonly (readonly [string, Effect])[] = [
  ['the connection breaks off after it was done', { kind: 'resetAfter' }],
  ['the connection breaks off before', { kind: 'resetBefore' }],
  ['a gateway answers in HTML after it was done', { kind: 'html', status: 504, after: true }],
  ['a gateway answers in JSON after it was done', { kind: 'gateway', status: 504, after: true }],
  ['FileMaker reports that its own network failed', { kind: 'error', code: '813' }],
];

function describeLost(kind: ServerKind): void {
  test.each(lost)('a create is unknown at once and sent once where %s', async (_, effect) => {
    await using opened = await openServer(kind);
    const { simulator, table } = opened;
    simulator.control.addTrouble({ effect, on: ['create'], next: 1 });
    expect(await table.create('k1', { name: 'Ann' }, anyTime, never)).toEqual({ kind: 'unknown' });
    expect(simulator.control.stats().requests.create).toBe(1);
  });

  test.each(lost)('an update is unknown and not sent again where %s', async (_, effect) => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }] });
    const { simulator, table } = opened;
    simulator.control.addTrouble({ effect, on: ['update'], next: 1 });
    expect(await table.update('1', 0, { name: 'Ann' }, never)).toEqual({ kind: 'unknown' });
    expect(simulator.control.stats().requests.update).toBe(1);
  });

  test.each(lost)('a delete is unknown and not sent again where %s', async (_, effect) => {
    await using opened = await openServer(kind, { rows: [{ PK: 'k1' }] });
    const { simulator, table } = opened;
    simulator.control.addTrouble({ effect, on: ['delete'], next: 1 });
    expect(await table.remove('1', anyTime, never)).toEqual({ kind: 'unknown' });
    expect(simulator.control.stats().requests.delete).toBe(1);
  });

  test.each([400, 413])(
    'a write that a web server turns away with HTTP %i is refused, by itself',
    async (status) => {
      await using opened = await openServer(kind);
      opened.simulator.control.addTrouble({ effect: { kind: 'html', status }, on: ['create'], next: 1 });
      expect(await opened.table.create('k1', { name: 'Ann' }, anyTime, never)).toEqual({
        kind: 'refused',
        code: `http-${status}`,
        reason: expect.stringContaining('the web server'),
      });
    },
  );

  test('HTTP 408 to a write leaves open whether it was done', async () => {
    await using opened = await openServer(kind);
    opened.simulator.control.addTrouble({ effect: { kind: 'html', status: 408 }, on: ['create'], next: 1 });
    expect(await opened.table.create('k1', {}, anyTime, never)).toEqual({ kind: 'unknown' });
  });
}
