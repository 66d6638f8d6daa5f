import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { contactFields, table } from './support/office.ts';
import { row, rows, synced } from './support/rows.ts';

async function withOneLocked(): Promise<Bench> {
  const bench = await openBench({ offices: { hq: { rows: rows(0, 25) }, branch: {} } });
  await bench.run();
  bench.branch.control.lock({ table, recordIds: [bench.branch.record('K-00007').recordId] });
  for (const { values } of bench.hq.records) bench.hq.edit(values['id'] ?? '', { notes: 'edited' });
  return bench;
}

describe('a record that somebody has open', () => {
  test('S11: the others are on time, and the run says that one waits', async () => {
    await using bench = await withOneLocked();
    const { exitCode, pending, parked, lines } = await bench.run();
    expect({ exitCode, pending, parked }).toEqual({ exitCode: 1, pending: 1, parked: 0 });
    expect(bench.branch.stats.requests.update).toBeLessThan(30);
    const late = bench.branch.records.filter(({ values }) => values['notes'] !== 'edited');
    expect(late.map(({ values }) => values['id'])).toEqual(['K-00007']);
    expect(lines.at(-1)).toMatch(/1 record not delivered yet.*run it again\.$/);
  });

  test('S11: the run after it was closed delivers the newest value', async () => {
    await using bench = await withOneLocked();
    await bench.run();
    bench.hq.edit('K-00007', { notes: 'edited again' });
    await bench.run();
    bench.branch.control.unlock({ table, recordIds: [bench.branch.record('K-00007').recordId] });
    const { exitCode, pending } = await bench.run();
    expect({ exitCode, pending }).toEqual({ exitCode: 0, pending: 0 });
    expect(bench.branch.value('K-00007', 'notes')).toBe('edited again');
  });
});

describe('a record that a server refuses', () => {
  const strict = contactFields.map((field) =>
    field.name === 'notes' ? { ...field, validation: { maxLength: 12, overridable: false } } : field,
  );
  const tooLong = 'longer than twelve letters';
  const offices = {
    hq: { rows: rows(0, 25).with(11, row(11, { notes: tooLong })) },
    branch: { fields: strict },
  };

  test('S12: it alone of 25 is parked, with code and advice and without its content; exit code 1', async () => {
    await using bench = await openBench({ offices });
    const { exitCode, parked, lines } = await bench.run();
    expect({ exitCode, parked }).toEqual({ exitCode: 1, parked: 1 });
    expect(bench.branch.byKey.size).toBe(24);
    expect(bench.branch.stats.writes).toBe(24);
    expect(lines.at(-1)).toContain('1 record parked (serversync status says why)');
    expect(lines.at(-1)).not.toContain('run it again');
    const status = await bench.status();
    expect(status.parkedRecords).toEqual([
      expect.objectContaining({ server: 'branch', key: 'K-00011', code: '511' }),
    ]);
    expect(status.parkedRecords[0]?.reason).toBe(
      'server branch refused it with code 511: a value is longer than its field allows: ' +
        'look at the validation of the field (Manage > Database > Fields > Options)',
    );
    expect(JSON.stringify(status)).not.toContain(tooLong);
  });

  const taken = row(99, { notes: 'taken' });
  test.each([
    ['504', { unique: true }, 'taken', 'find the other record that has it'],
    ['506', { list: ['taken', ...rows(0, 25).map(({ notes }) => String(notes))] }, 'x', 'value list'],
    ['509', { notEmpty: true }, '', 'fill it where the record comes from'],
  ])('S12: so is one that is refused with %s', async (code, validation, notes, advice) => {
    const fields = contactFields.map((field) =>
      field.name === 'notes' ? { ...field, validation: { ...validation, overridable: false } } : field,
    );
    const hq = { rows: [...rows(0, 25).with(11, row(11, { notes })), taken] };
    await using bench = await openBench({ offices: { hq, branch: { fields, rows: [taken] } } });
    expect(await bench.run()).toMatchObject({ exitCode: 1, parked: 1 });
    expect([bench.branch.byKey.size, bench.branch.stats.writes]).toEqual([25, 24]);
    const { parkedRecords } = await bench.status();
    expect(parkedRecords).toMatchObject([{ key: 'K-00011', code, reason: expect.stringContaining(advice) }]);
    bench.hq.edit('K-00011', { notes: 'note 11' });
    expect(await bench.run()).toMatchObject({ exitCode: 0, parked: 0 });
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
  });

  test('it is tried once in each run that a person asks for, and stays parked while it is refused', async () => {
    await using bench = await openBench({ offices });
    await bench.run();
    bench.resetCounters();
    const { exitCode, parked } = await bench.run();
    expect({ exitCode, parked }).toEqual({ exitCode: 1, parked: 1 });
    expect(bench.branch.stats.requests).toMatchObject({ create: 1, update: 0 });
  });

  test('S12: it is tried again when it changes, and is no longer parked when it goes through', async () => {
    await using bench = await openBench({ offices });
    await bench.run();
    bench.hq.edit('K-00011', { notes: 'short now' });
    const { exitCode, parked } = await bench.run();
    expect({ exitCode, parked }).toEqual({ exitCode: 0, parked: 0 });
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
    expect((await bench.status()).parkedRecords).toEqual([]);
  });

  test('an edit that is refused leaves the record there as it was, and a later edit goes through', async () => {
    await using bench = await openBench({ offices: { ...offices, hq: { rows: rows(0, 25) } } });
    await bench.run();
    bench.hq.edit('K-00003', { notes: tooLong });
    bench.hq.edit('K-00004', { notes: 'fine' });
    expect(await bench.run()).toMatchObject({ exitCode: 1, parked: 1 });
    const [parked] = (await bench.status()).parkedRecords;
    expect(parked).toMatchObject({ fields: ['notes'] });
    expect(parked?.reason).toContain('refused it with code 511 (field notes): a value is longer');
    expect(bench.branch.value('K-00003', 'notes')).toBe('note 3');
    expect(bench.branch.value('K-00004', 'notes')).toBe('fine');
    bench.hq.edit('K-00003', { notes: 'fine too' });
    expect(await bench.run()).toMatchObject({ exitCode: 0, parked: 0 });
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
  });
});

describe('keys that name no single record', () => {
  test('a record without a key is parked with its record id, and the others are synced', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: [...rows(0, 5), row(9, { id: '' })] }, branch: {} },
    });
    expect(await bench.run()).toMatchObject({ exitCode: 1, parked: 1 });
    expect(new Set(bench.branch.byKey.keys())).toEqual(new Set(rows(0, 5).map(({ id }) => id)));
    const { parkedRecords } = await bench.status();
    expect(parkedRecords).toMatchObject([{ server: 'hq', key: '(record id 6)', code: 'empty-key' }]);
    expect(parkedRecords[0]?.reason).toContain('give it a key');
  });

  test('it is synced and no longer parked when it was given one', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: [...rows(0, 5), row(9, { id: '' })] }, branch: {} },
    });
    await bench.run();
    bench.hq.control.updateAsUser({ table, recordId: 6, values: { id: 'K-00009' } });
    expect(await bench.run()).toMatchObject({ exitCode: 0, parked: 0 });
    expect(bench.branch.value('K-00009', 'name')).toBe('contact 9');
  });

  test('a key that two records have is parked, and nothing is written for it anywhere', async () => {
    const twice = [...rows(0, 5), row(3, { name: 'another with the key of 3' })];
    await using bench = await openBench({ offices: { hq: { rows: twice }, branch: { rows: rows(4, 8) } } });
    expect(await bench.run()).toMatchObject({ exitCode: 1, parked: 1 });
    expect([...bench.branch.byKey.keys()].toSorted()).toEqual([
      'K-00000',
      'K-00001',
      'K-00002',
      'K-00004',
      'K-00005',
      'K-00006',
      'K-00007',
    ]);
    expect(bench.hq.stats.requests).toMatchObject({ update: 0, create: 3 });
    const { parkedRecords } = await bench.status();
    expect(parkedRecords).toMatchObject([{ server: 'hq', key: 'K-00003', code: 'doubled-key' }]);
    expect(parkedRecords[0]?.reason).toContain('keep one of them, or give the others a new id');
  });

  test('a key that is doubled on the server that would receive an edit is parked there, and nothing is written for it', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 5) }, branch: {} } });
    await bench.run();
    bench.branch.create({ id: 'K-00003', name: 'a copy' });
    bench.hq.edit('K-00003', { name: 'edited' });
    bench.hq.edit('K-00004', { name: 'edited' });
    bench.resetCounters();
    expect(await bench.run()).toMatchObject({ exitCode: 1 });
    expect(bench.branch.stats.writes).toBe(1);
    expect(bench.hq.stats.writes).toBe(0);
    const { parkedRecords } = await bench.status();
    expect(parkedRecords).toMatchObject([{ server: 'branch', key: 'K-00003', code: 'doubled-key' }]);
  });

  test('keys that differ in case only are not taken for each other', async () => {
    await using bench = await openBench({
      offices: { hq: { rows: [row(1, { id: 'abc' })] }, branch: { rows: [row(2, { id: 'ABC' })] } },
    });
    expect(await bench.run()).toMatchObject({ exitCode: 1, parked: 2 });
    expect([bench.hq.stats.writes, bench.branch.stats.writes]).toEqual([0, 0]);
    const { parkedRecords } = await bench.status();
    expect(parkedRecords.map(({ code }) => code)).toEqual(['look-alike-key', 'look-alike-key']);
  });
});
