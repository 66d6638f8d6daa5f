import { expect, test } from 'vitest';
import { inspectOData } from '../../../src/filemaker/odata/inspect.ts';
import { account, never } from '../../contracts/server/kind.ts';
import { simulate } from '../../contracts/server/simulated.ts';
import { VirtualClock } from '../http/virtual-clock.ts';

const rows = Array.from({ length: 12 }, (_, at) => ({
  PK: `k${at}`,
  Name: `name ${at}`,
  Amount: '12345678901234567890.5',
  Modified: `2026-11-22T10:00:${String(59 - at).padStart(2, '0')}`,
}));

const inspect = (url: string, given: Partial<Parameters<typeof inspectOData>[0]> = {}) =>
  inspectOData({ name: 'berlin', url, clock: new VirtualClock(), random: () => 0.5, account, ...given });

test('files and their tables are listed, without those that FileMaker adds', async () => {
  await using simulator = await simulate(rows);
  const inspection = inspect(simulator.url);
  expect(await inspection.databases(never)).toEqual(['Sales', 'Archive']);
  expect(await inspection.layouts('Sales', never)).toEqual(['Contacts']);
  await inspection.close();
});

test.each(['20', '22'] as const)(
  'version %s: a table shows its fields, their ids and what is not written',
  async (version) => {
    await using simulator = await simulate(rows, { version });
    const inspection = inspect(simulator.url);
    const { fields, portals } = await inspection.layout('Sales', 'Contacts', never);
    expect(portals).toEqual([]);
    const byName = new Map(fields.map((field) => [field.name, field]));
    expect(byName.get('Amount')).toMatchObject({
      type: 'number',
      writable: true,
      kind: 'normal',
      global: false,
    });
    expect(byName.get('Label')).toMatchObject({ writable: false, kind: 'calculation' });
    expect(byName.get('Shared')).toMatchObject({ writable: false, global: true });
    expect(byName.get('Picture')).toMatchObject({ type: 'container' });
    expect(byName.get('PK')?.id).toMatch(/^FMFID:\d+$/);
    await inspection.close();
  },
);

test('rows come in order of creation or by a field, with how many there are', async () => {
  await using simulator = await simulate(rows);
  const inspection = inspect(simulator.url);
  const some = await inspection.rows('Sales', 'Contacts', { skip: 2, limit: 3 }, never);
  expect(some).toMatchObject({ table: 'Contacts', total: 12 });
  expect(some.rows.map(({ recordId, values }) => [recordId, values['PK'], values['Amount']])).toEqual([
    ['3', 'k2', '12345678901234567890.5'],
    ['4', 'k3', '12345678901234567890.5'],
    ['5', 'k4', '12345678901234567890.5'],
  ]);
  const latest = await inspection.rows('Sales', 'Contacts', { limit: 2, latestBy: 'Modified' }, never);
  expect(latest.rows.map(({ values }) => [values['PK'], values['Modified']])).toEqual([
    ['k0', '2026-11-22T10:00:59'],
    ['k1', '2026-11-22T10:00:58'],
  ]);
  expect(Object.keys(latest.rows[0]?.values ?? {})).not.toContain('Picture');
  await inspection.close();
});

test('what it is, how far away and what its clock shows is seen without an account', async () => {
  await using simulator = await simulate(rows);
  const { account: _, ...address } = { account, name: 'berlin', url: simulator.url };
  const inspection = inspectOData({ ...address, clock: new VirtualClock(), random: () => 0.5 });
  expect(await inspection.product(never)).toEqual({ api: 'v4', roundTripMs: 0 });
  expect((await inspection.probe(never)).offset).toBeDefined();
  expect(await inspection.certificate(never)).toBe(undefined);
  await expect(inspection.databases(never)).rejects.toMatchObject({ code: 'account-refused' });
  await expect(inspection.layout('Sales', 'Contacts', never)).rejects.toMatchObject({
    code: 'account-refused',
  });
  await inspection.close();
});

test('where a listing of files is refused the message names the server, and no database', async () => {
  await using simulator = await simulate(rows);
  const wrong = inspect(simulator.url, { account: { ...account, password: 'wrong' } });
  await expect(wrong.databases(never)).rejects.toThrow(/^server "berlin" answered 212: /);
  await wrong.close();
});

test('a table that is not there is said so', async () => {
  await using simulator = await simulate(rows);
  const inspection = inspect(simulator.url);
  await expect(inspection.layout('Sales', 'Nothing', never)).rejects.toMatchObject({
    code: 'layout-missing',
  });
  await expect(inspection.rows('Sales', 'Nothing', { limit: 1 }, never)).rejects.toMatchObject({
    code: 'layout-missing',
  });
  await expect(inspection.layouts('Gone', never)).rejects.toMatchObject({ code: 'database-unavailable' });
  await inspection.close();
});
