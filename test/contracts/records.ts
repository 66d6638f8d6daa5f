import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Head, Replica } from '../../src/core/head.ts';
import type { Records } from '../../src/ports/records.ts';
import { anyKey, anyText, manyKeys, oddKeys } from './odd-keys.ts';
import { closing, type Open, portOf } from './opened.ts';
import { head, replica } from './samples.ts';

export function describeRecordsContract(name: string, open: Open<Records>): void {
  describe(`records: ${name}`, () => {
    const opened = closing(open);
    describe('heads', () => {
      describeHeads(portOf(opened));
    });
    describe('replicas', () => {
      describeReplicas(portOf(opened));
    });
    describe('removing', () => {
      describeRemoving(portOf(opened));
    });
    describe('both', () => {
      describeBoth(portOf(opened));
    });
    testLasting(opened);
    testAnyContent(open);
  });
}

const none = new Set<string>();
const only = (key: string): ReadonlySet<string> => new Set([key]);

const storedHead = async (records: Records): Promise<Head | undefined> =>
  (await records.heads('contacts', ['k1'])).get('k1');

function describeHeads(open: () => Promise<Records>): void {
  test('a head that was put is read as it was put', async () => {
    const records = await open();
    expect(await records.putHeads([head(1)])).toStrictEqual(none);
    expect(await records.heads('contacts', ['k1'])).toStrictEqual(new Map([['k1', head(1)]]));
  });

  test('keys without a head are absent, and without keys nothing is read', async () => {
    const records = await open();
    await records.putHeads([head(1)]);
    expect([...(await records.heads('contacts', ['k2', 'k1', 'K1'])).keys()]).toStrictEqual(['k1']);
    expect(await records.heads('contacts', [])).toStrictEqual(new Map());
    expect(await records.putHeads([])).toStrictEqual(none);
  });

  test.each([0, 2, 3])('a first head of version %i is refused and not stored', async (version) => {
    const records = await open();
    expect(await records.putHeads([head(version)])).toStrictEqual(only('k1'));
    expect(await storedHead(records)).toBe(undefined);
  });

  test.each([0, 1, 2, 4])('after version 2, version %i is refused and 2 stays', async (version) => {
    const records = await open();
    for (const before of [1, 2]) await records.putHeads([head(before)]);
    expect(await records.putHeads([head(version, { fields: {} })])).toStrictEqual(only('k1'));
    expect(await storedHead(records)).toStrictEqual(head(2));
  });

  test('a refused head does not keep the others of its call from being stored', async () => {
    const records = await open();
    await records.putHeads([head(1, { key: 'old' })]);
    const heads = [head(1, { key: 'a' }), head(1, { key: 'old' }), head(1, { key: 'b' })];
    expect(await records.putHeads(heads)).toStrictEqual(only('old'));
    expect((await records.heads('contacts', ['a', 'b'])).size).toBe(2);
  });

  test.each([1, 2])('of 20 writers that put version %i at once exactly one wins', async (version) => {
    const records = await open();
    for (let before = 1; before < version; before++) await records.putHeads([head(before)]);
    const heads = Array.from({ length: 20 }, (_, writer) =>
      head(version, { createOnly: { writer: `${writer}` } }),
    );
    const refused = await Promise.all(heads.map((one) => records.putHeads([one])));
    expect(refused.filter((keys) => keys.size === 0)).toHaveLength(1);
    expect(await storedHead(records)).toStrictEqual(heads[refused.findIndex((keys) => keys.size === 0)]);
  });

  test('heads of one key in two tables have nothing to do with each other', async () => {
    const records = await open();
    await records.putHeads([head(1)]);
    expect(await records.putHeads([head(2, { table: 'Contacts' })])).toStrictEqual(only('k1'));
    expect(await records.putHeads([head(1, { table: 'Contacts' })])).toStrictEqual(none);
    expect(await storedHead(records)).toStrictEqual(head(1));
  });

  test('keys that differ in a byte have heads of their own, whatever is in them', async () => {
    const records = await open();
    const heads = oddKeys.map((key, at) => head(1, { key, createOnly: { at: `${at}` } }));
    expect(await records.putHeads(heads)).toStrictEqual(none);
    const read = await records.heads('contacts', oddKeys);
    expect(read).toStrictEqual(new Map(heads.map((one) => [one.key, one])));
  });

  test('1,200 heads are put and read in one call each', async () => {
    const records = await open();
    const heads = manyKeys.map((key) => head(1, { key }));
    expect(await records.putHeads(heads)).toStrictEqual(none);
    const read = await records.heads('contacts', manyKeys);
    expect(read.size).toBe(1200);
    expect(read.get('record 1199')).toStrictEqual(heads.at(-1));
    expect(await records.putHeads(heads)).toStrictEqual(new Set(manyKeys));
  });

  test('a table has heads from its first one on', async () => {
    const records = await open();
    expect(await records.hasHeads('contacts')).toBe(false);
    await records.putHeads([head(2)]);
    expect(await records.hasHeads('contacts')).toBe(false);
    await records.putHeads([head(1)]);
    expect(await records.hasHeads('contacts')).toBe(true);
    expect(await records.hasHeads('contact')).toBe(false);
  });
}

const storedReplica = async (records: Records, server = 'hq'): Promise<Replica | undefined> =>
  (await records.replicas('contacts', server, ['k1'])).get('k1');

function describeReplicas(open: () => Promise<Records>): void {
  test('a replica that was put is read as it was put, with and without what it may leave out', async () => {
    const records = await open();
    const full = replica(1, { key: 'k2', own: true, sent: { name: 's' } });
    expect(await records.putReplicas([replica(1), full])).toStrictEqual(none);
    const read = await records.replicas('contacts', 'hq', ['k1', 'k2', 'k3']);
    expect(read).toStrictEqual(
      new Map([
        ['k1', replica(1)],
        ['k2', full],
      ]),
    );
  });

  test.each([0, 2, 3])('a first replica of rev %i is refused and not stored', async (rev) => {
    const records = await open();
    expect(await records.putReplicas([replica(rev)])).toStrictEqual(only('k1'));
    expect(await storedReplica(records)).toBe(undefined);
  });

  test.each([0, 1, 2, 4])('after rev 2, rev %i is refused and 2 stays', async (rev) => {
    const records = await open();
    for (const before of [1, 2]) await records.putReplicas([replica(before)]);
    expect(await records.putReplicas([replica(rev, { recordId: '99' })])).toStrictEqual(only('k1'));
    expect(await storedReplica(records)).toStrictEqual(replica(2));
  });

  test('a replica is replaced as a whole', async () => {
    const records = await open();
    await records.putReplicas([replica(1, { own: true, sent: { name: 's' } })]);
    await records.putReplicas([replica(2, { digests: { phone: 'p' } })]);
    expect(await storedReplica(records)).toStrictEqual(replica(2, { digests: { phone: 'p' } }));
  });

  test('of 20 writers that put the same rev at once exactly one wins', async () => {
    const records = await open();
    await records.putReplicas([replica(1)]);
    const all = Array.from({ length: 20 }, (_, writer) => replica(2, { recordId: `${writer}` }));
    const refused = await Promise.all(all.map((one) => records.putReplicas([one])));
    expect(refused.filter((keys) => keys.size === 0)).toHaveLength(1);
    expect(await storedReplica(records)).toStrictEqual(all[refused.findIndex((keys) => keys.size === 0)]);
  });

  test('a refused replica does not keep the others of its call from being stored', async () => {
    const records = await open();
    await records.putReplicas([replica(1, { key: 'old' })]);
    const all = ['a', 'old', 'b'].map((key) => replica(1, { key }));
    expect(await records.putReplicas(all)).toStrictEqual(only('old'));
    expect((await records.replicas('contacts', 'hq', ['a', 'b'])).size).toBe(2);
  });

  test('replicas of one key on two servers and in two tables have nothing to do with each other', async () => {
    const records = await open();
    await records.putReplicas([replica(1)]);
    await records.putReplicas([replica(1, { server: 'HQ', recordId: '7' })]);
    await records.putReplicas([replica(1, { table: 'contacts hq', server: '', recordId: '8' })]);
    expect(await storedReplica(records)).toStrictEqual(replica(1));
    expect((await storedReplica(records, 'HQ'))?.recordId).toBe('7');
    expect(await storedReplica(records, 'branch')).toBe(undefined);
  });

  test('keys that differ in a byte have replicas of their own, 1,200 and odd ones in one call', async () => {
    const records = await open();
    const keys = [...manyKeys, ...oddKeys];
    const all = keys.map((key, at) => replica(1, { key, recordId: `${at}` }));
    expect(await records.putReplicas(all)).toStrictEqual(none);
    const read = await records.replicas('contacts', 'hq', keys);
    expect(keys.map((key) => read.get(key)?.recordId)).toStrictEqual(all.map((one) => one.recordId));
  });
}

function describeRemoving(open: () => Promise<Records>): void {
  test('a head is removed as it was read and not otherwise, and the key begins anew', async () => {
    const records = await open();
    await records.putHeads([head(1), head(1, { key: 'K1' })]);
    await records.putHeads([head(2)]);
    expect(await records.removeHead(head(1))).toBe(false);
    expect(await records.removeHead(head(3))).toBe(false);
    expect(await storedHead(records)).toStrictEqual(head(2));
    expect(await records.removeHead(head(2))).toBe(true);
    expect(await storedHead(records)).toBe(undefined);
    expect(await records.removeHead(head(2))).toBe(false);
    expect(await records.keys('contacts', 9)).toStrictEqual([{ key: 'K1', version: 1 }]);
    expect(await records.putHeads([head(3)])).toStrictEqual(only('k1'));
    expect(await records.putHeads([head(1)])).toStrictEqual(none);
  });

  test('a replica is removed as it was read and not otherwise, and no other one with it', async () => {
    const records = await open();
    for (const rev of [1, 2]) await records.putReplicas([replica(rev)]);
    await records.putReplicas([replica(1, { server: 'branch' })]);
    for (const rev of [1, 3]) expect(await records.removeReplica(replica(rev))).toBe(false);
    expect(await records.removeReplica(replica(1, { server: 'HQ' }))).toBe(false);
    expect(await storedReplica(records)).toStrictEqual(replica(2));
    expect(await records.removeReplica(replica(2))).toBe(true);
    expect(await storedReplica(records)).toBe(undefined);
    expect(await storedReplica(records, 'branch')).toStrictEqual(replica(1, { server: 'branch' }));
    expect(await records.putReplicas([replica(1)])).toStrictEqual(none);
  });

  test('what is known of a record is found on all servers that ever held it, and of no other record', async () => {
    const records = await open();
    const of = ['branch', 'hq', 'a server that was removed'].map((server) => replica(1, { server }));
    for (const one of of) await records.putReplicas([one]);
    await records.putReplicas([replica(1, { key: 'K1' })]);
    await records.putReplicas([replica(1, { table: 'invoices' })]);
    const found = await records.replicasOf('contacts', 'k1');
    expect(new Set(found)).toEqual(new Set(of));
    expect(await records.replicasOf('contacts', 'k2')).toStrictEqual([]);
  });
}

function describeBoth(open: () => Promise<Records>): void {
  test('heads and replicas are counted for each table and server', async () => {
    const records = await open();
    expect(await records.count('contacts')).toStrictEqual({ heads: 0, replicas: {} });
    await records.putHeads([head(1), head(1, { key: 'k2' })]);
    await records.putHeads([head(1, { table: 'invoices' })]);
    await records.putReplicas(['k1', 'k2', 'k3'].map((key) => replica(1, { key })));
    await records.putReplicas([replica(1, { server: 'branch' })]);
    await records.putReplicas([replica(1, { table: 'invoices', server: 'shop' })]);
    const counted = await records.count('contacts');
    expect(counted).toStrictEqual({ heads: 2, replicas: { hq: 3, branch: 1 } });
    const deletion = { stamp: { lo: 1, hi: 2 }, origin: 'hq' };
    await records.putHeads([head(2, { deleted: deletion })]);
    await records.putReplicas([replica(2, { gone: true, digests: {} })]);
    expect(await records.count('contacts')).toStrictEqual({ heads: 1, replicas: { hq: 2, branch: 1 } });
    await records.putReplicas([replica(2, { key: 'k2', left: true })]);
    expect(await records.count('contacts')).toStrictEqual({ heads: 1, replicas: { hq: 1, branch: 1 } });
  });

  test('what is done to a value after it was put, or to one that was read, is not stored', async () => {
    const records = await open();
    const digests: Record<string, string> = { name: 'before' };
    await records.putReplicas([replica(1, { digests })]);
    digests['name'] = 'after';
    const read = (await records.replicas('contacts', 'hq', ['k1'])).get('k1');
    expect(read?.digests).toStrictEqual({ name: 'before' });
    // Changes it, or is refused: either will do.
    Reflect.set(read ?? {}, 'rev', 7);
    expect((await records.replicas('contacts', 'hq', ['k1'])).get('k1')?.rev).toBe(1);
  });
}

function testLasting(open: Open<Records>): void {
  test('heads and replicas are there after a reopening, with their conditions', async () => {
    const { port, reopen } = await open();
    await port.putHeads([head(1)]);
    await port.putReplicas([replica(1)]);
    const after = await reopen();
    expect((await after.heads('contacts', ['k1'])).get('k1')).toStrictEqual(head(1));
    expect(await after.putReplicas([replica(1)])).toStrictEqual(only('k1'));
    expect(await after.putReplicas([replica(2)])).toStrictEqual(none);
  });
}

function testAnyContent(open: Open<Records>): void {
  test('any text is stored as it stands, in keys, names and values', async () => {
    const { port, close } = await open();
    const versions = new Map<string, number>();
    const texts = fc.tuple(anyText, anyKey, anyText, anyText);
    await fc.assert(
      fc.asyncProperty(texts, async ([table, key, field, value]) => {
        const place = JSON.stringify([table, key]);
        const version = (versions.get(place) ?? 0) + 1;
        versions.set(place, version);
        const one = head(version, { table, key, createOnly: Object.fromEntries([[field, value]]) });
        expect(await port.putHeads([one])).toStrictEqual(none);
        expect((await port.heads(table, [key])).get(key)).toStrictEqual(one);
      }),
      { numRuns: 200 },
    );
    await close();
  });
}
