import { describe, expect, test } from 'vitest';
import type { FieldDescription } from '../../src/simulator/description.ts';
import { openBench, type Plain } from './support/bench.ts';
import { contactFields } from './support/office.ts';
import { row, rows, synced } from './support/rows.ts';

const fieldsWith = (name: string, more: Partial<FieldDescription>): readonly FieldDescription[] =>
  contactFields.map((field) => (field.name === name ? { ...field, ...more } : field));

test('a createOnly field goes out with a new record and never afterwards', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: [row(1, { notes: 'at birth' })] }, branch: {} },
    table: { fields: ['name', 'amount'], createOnly: ['notes'] },
  });
  await bench.run();
  expect(bench.branch.value('K-00001', 'notes')).toBe('at birth');
  bench.hq.edit('K-00001', { notes: 'later', name: 'renamed' });
  const { exitCode } = await bench.run();
  expect(exitCode).toBe(0);
  expect(bench.branch.value('K-00001', 'name')).toBe('renamed');
  expect(bench.branch.value('K-00001', 'notes')).toBe('at birth');
});

const tableOf =
  (createOnly: readonly string[], rename: Plain, servers: readonly string[]) => (one: Plain) => {
    const { contacts } = Object(one['tables']);
    const links = servers.map((name) => [name, { ...contacts.servers[name], rename }]);
    const hosts = servers.map((name) => [name, Object(one['servers'])[name]]);
    const fields = { fields: ['name'], createOnly, servers: Object.fromEntries(links) };
    return { ...one, servers: Object.fromEntries(hosts), tables: { contacts: { ...contacts, ...fields } } };
  };

test('a createOnly field that is added later, and called otherwise since, reaches an office that joins', async () => {
  const two = ['hq', 'branch'];
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 3) }, branch: {}, shop: {} },
  });
  await bench.configure(tableOf([], {}, two));
  await bench.run();
  await bench.configure(tableOf(['notes'], {}, two));
  await bench.run();
  bench.resetCounters();
  await bench.configure(tableOf(['once'], { once: 'notes' }, two));
  await bench.run();
  expect(bench.hq.stats.requests.list).toBe(0);
  await bench.configure(tableOf(['once'], { once: 'notes' }, [...two, 'shop']));
  expect((await bench.run()).exitCode).toBe(0);
  expect(bench.office('shop').value('K-00001', 'notes')).toBe('note 1');
  // It was made there before.
  expect(bench.branch.value('K-00001', 'notes')).toBe('');
});

test('a field that has another name on a server is carried both ways', async () => {
  const renamed = contactFields.map((field) => {
    if (field.name === 'name') return { ...field, name: 'Full Name' };
    return field.name === 'id' ? { ...field, name: 'PK_Contact' } : field;
  });
  await using bench = await openBench({
    offices: {
      hq: { rows: [row(1)] },
      branch: { fields: renamed, rows: [{ PK_Contact: 'K-2', 'Full Name': 'from branch' }] },
    },
    links: { branch: { rename: { name: 'Full Name', id: 'PK_Contact' } } },
  });
  const { exitCode } = await bench.run();
  expect(exitCode).toBe(0);
  expect(bench.hq.value('K-2', 'name')).toBe('from branch');
  expect(bench.branch.records.map(({ values }) => [values['PK_Contact'], values['Full Name']])).toEqual([
    ['K-2', 'from branch'],
    ['K-00001', 'contact 1'],
  ]);
});

describe('roles', () => {
  test('a server that sends is never written, and its edits reach the others', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 30) }, branch: { rows: rows(20, 40) } },
      links: { hq: { role: 'send' } },
    });
    await bench.run();
    bench.hq.edit('K-00001', { name: 'from hq' });
    bench.branch.edit('K-00002', { name: 'from branch' });
    bench.branch.create({ id: 'NEW', name: 'only at branch' });
    const { exitCode, pending } = await bench.run();
    expect({ exitCode, pending }).toEqual({ exitCode: 0, pending: 0 });
    expect(bench.hq.stats.writes).toBe(0);
    expect(bench.hq.byKey.size).toBe(30);
    expect(bench.branch.value('K-00001', 'name')).toBe('from hq');
    expect(bench.hq.value('K-00002', 'name')).toBe('contact 2');
  });

  test('what a user changed on a server that only receives is overwritten by the next delivery, and kept', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 10) }, branch: {} },
      links: { branch: { role: 'receive' } },
    });
    await bench.run();
    bench.branch.edit('K-00001', { name: 'changed by a user of branch', amount: '1' });
    bench.branch.create({ id: 'LOCAL', name: 'made at branch' });
    bench.hq.edit('K-00001', { notes: 'from hq' });
    const { exitCode } = await bench.run();
    expect(exitCode).toBe(0);
    expect(synced(bench.branch).get('K-00001')).toEqual(synced(bench.hq).get('K-00001'));
    expect(bench.hq.value('K-00001', 'name')).toBe('contact 1');
    expect(bench.hq.byKey.has('LOCAL')).toBe(false);
    const { latestConflicts, lines } = await bench.status(true);
    expect(new Set(latestConflicts.map(({ kind, field }) => `${kind} ${field}`))).toEqual(
      new Set(['overwritten amount', 'overwritten name']),
    );
    expect(lines.join('\n')).toContain('"contact 1" over "changed by a user of branch"');
  });

  test('a server that only receives is asked for no changes', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 10) }, branch: {} },
      links: { branch: { role: 'receive' } },
    });
    await bench.run();
    bench.resetCounters();
    await bench.run();
    expect(bench.branch.stats.requests).toMatchObject({ find: 0, list: 0 });
    expect(bench.hq.stats.requests).toMatchObject({ find: 1, list: 0 });
  });
});

describe('a server that rewrites what it is given', () => {
  const shouting = fieldsWith('name', { autoEnter: 'upperCase' });

  test('S7: with rewrites: ignore its version stays there alone, and two runs later nothing is written any more', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 30) }, branch: { fields: shouting } },
    });
    await bench.run();
    const { work, lines } = await bench.run();
    expect(work.find(({ server }) => server === 'branch')?.rewritten).toBe(30);
    expect(lines.join('\n')).toContain('branch changed 30 values of contacts by itself');
    bench.resetCounters();
    const { exitCode } = await bench.run();
    expect(exitCode).toBe(0);
    expect([bench.hq.stats.writes, bench.branch.stats.writes]).toEqual([0, 0]);
    expect(bench.hq.value('K-00001', 'name')).toBe('contact 1');
    expect(bench.branch.value('K-00001', 'name')).toBe('CONTACT 1');
  });

  test('an edit of another field does not bounce the rewritten one', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 3) }, branch: { fields: shouting } },
    });
    await bench.run();
    await bench.run();
    bench.branch.edit('K-00001', { notes: 'edited at branch' });
    bench.hq.edit('K-00002', { notes: 'edited at hq' });
    await bench.run();
    await bench.run();
    bench.resetCounters();
    await bench.run();
    expect([bench.hq.stats.writes, bench.branch.stats.writes]).toEqual([0, 0]);
    expect(bench.hq.value('K-00001', 'notes')).toBe('edited at branch');
    expect(bench.branch.value('K-00002', 'notes')).toBe('edited at hq');
    expect(bench.hq.value('K-00001', 'name')).toBe('contact 1');
  });

  test('with rewrites: accept its version becomes that of all, and then nothing is written any more', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 30) }, branch: { fields: shouting } },
      table: { fields: [{ name: 'name', rewrites: 'accept' }, 'notes'] },
    });
    await bench.run();
    await bench.run();
    expect(bench.hq.value('K-00001', 'name')).toBe('CONTACT 1');
    await bench.run();
    bench.resetCounters();
    const { exitCode } = await bench.run();
    expect(exitCode).toBe(0);
    expect([bench.hq.stats.writes, bench.branch.stats.writes]).toEqual([0, 0]);
  });

  test('S7: two servers that rewrite a field differently do not bounce it, though both are accepted', async () => {
    await using bench = await openBench({
      offices: {
        hq: { rows: [row(1, { name: 'Mixed' })], fields: fieldsWith('name', { autoEnter: 'lowerCase' }) },
        branch: { fields: shouting },
      },
      table: { fields: [{ name: 'name', rewrites: 'accept' }, 'notes'] },
    });
    for (let run = 0; run < 4; run += 1) await bench.run();
    bench.resetCounters();
    await bench.run();
    await bench.run();
    expect([bench.hq.stats.writes, bench.branch.stats.writes]).toEqual([0, 0]);
  });
});

test('with merge: record the later of two edits of different fields is the record on both servers', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 5) }, branch: {} },
    table: { merge: 'record' },
  });
  await bench.run();
  bench.hq.edit('K-00001', { name: 'by hq' });
  bench.branch.edit('K-00001', { notes: 'by branch' });
  await bench.run();
  await bench.run();
  const [here, there] = [synced(bench.hq).get('K-00001'), synced(bench.branch).get('K-00001')];
  expect(there).toEqual(here);
  expect([
    { name: 'by hq', notes: 'note 1' },
    { name: 'contact 1', notes: 'by branch' },
  ]).toContainEqual({ name: here?.['name'], notes: here?.['notes'] });
  expect((await bench.status()).latestConflicts.length).toBeGreaterThan(0);
});

test('a stamp in UTC milliseconds finds edits as a timestamp does, whatever the zone says', async () => {
  const fields = contactFields.map((field) =>
    field.name === 'modified_at'
      ? { name: 'modified_at', type: 'number' as const, autoEnter: 'utcMilliseconds' as const }
      : field,
  );
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 20), fields }, branch: { fields, timeZone: 'Asia/Kathmandu' } },
    table: { modified: { field: 'modified_at', stampedBy: 'utcMilliseconds' } },
  });
  await bench.run();
  bench.branch.edit('K-00001', { name: 'edited at branch' });
  bench.hq.edit('K-00002', { name: 'edited at hq' });
  const { exitCode } = await bench.run();
  expect(exitCode).toBe(0);
  expect(bench.hq.value('K-00001', 'name')).toBe('edited at branch');
  expect(bench.branch.value('K-00002', 'name')).toBe('edited at hq');
});
