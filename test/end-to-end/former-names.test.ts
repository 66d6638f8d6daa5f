/** `history`, `put-back` and `conflicts` of records whose fields were called otherwise before, on one machine. */
import { expect, test } from 'vitest';
import { type Bench, openBench, type Plain } from './support/bench.ts';
import { rows } from './support/rows.ts';
import { historyOf, putBack, refusalOf } from './support/telling.ts';

const key = 'K-00001';

/** `names`: what both servers call the fields of the configuration. */
const withNames =
  (fields: readonly string[], names: Readonly<Record<string, string>>) =>
  (one: Plain): Plain => {
    const { contacts } = Object(one['tables']);
    const servers = Object.entries(contacts.servers).map(([name, link]) => [
      name,
      { ...Object(link), rename: names },
    ]);
    return { ...one, tables: { contacts: { ...contacts, fields, servers: Object.fromEntries(servers) } } };
  };

/** Name and notes were edited, and are synced; then they exchange their names in the configuration. */
async function exchanged(): Promise<Bench> {
  const bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {} } });
  await bench.configure((one) => ({ ...one, schedule: { settle: '0 seconds' } }));
  await bench.run();
  bench.branch.edit(key, { name: 'Ann', notes: 'of Ann' });
  await bench.run();
  await bench.configure(withNames(['name', 'notes', 'amount', 'born'], { name: 'notes', notes: 'name' }));
  return bench;
}

test('before a run has renamed what is stored, nothing is put back by the new names', async () => {
  await using bench = await exchanged();
  expect(await refusalOf(putBack(bench, { key, version: 1 }))).toBe(
    'fields of contacts have other names in the configuration than in what is stored: let it run once first',
  );
});

test('history shows the names of now, and those of then beside them', async () => {
  await using bench = await exchanged();
  await bench.run();
  const { text, object } = await historyOf(bench, { key });
  expect(text).toContain('    notes (then name): "contact 1" -> "Ann"\n');
  expect(text).toContain('    name (then notes): "note 1" -> "of Ann"\n');
  expect(object).toMatchObject({
    versions: [
      {
        fields: [
          { field: 'notes', formerly: 'name' },
          { field: 'name', formerly: 'notes' },
        ],
      },
    ],
  });
});

test('what is put back goes to the field that it was of, on every server', async () => {
  await using bench = await exchanged();
  await bench.run();
  const { text } = await putBack(bench, { key, version: 1 });
  expect(text).toContain('    notes: "Ann" -> "contact 1"\n');
  expect((await bench.run()).exitCode).toBe(0);
  for (const office of [bench.hq, bench.branch])
    expect(office.byKey.get(key)).toMatchObject({ name: 'contact 1', notes: 'note 1' });
});

const syncing =
  (names: readonly string[]) =>
  (one: Plain): Plain => ({ ...withNames(names, {})(one), schedule: { settle: '0 seconds' } });

test('a field that comes back after a while is read anew, and history tells what it held before', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {} } });
  await bench.configure(syncing(['name', 'notes']));
  await bench.run();
  await bench.configure(syncing(['name']));
  bench.hq.edit(key, { notes: 'of hq' });
  bench.branch.edit('K-00002', { notes: '' });
  await bench.run();
  await bench.configure(syncing(['name', 'notes']));
  expect(await bench.run()).toMatchObject({ exitCode: 0, conflicts: 1 });
  await bench.run();
  for (const office of [bench.hq, bench.branch])
    expect([office.value(key, 'notes'), office.value('K-00002', 'notes')]).toEqual(['of hq', 'note 2']);
  const { text } = await historyOf(bench, { key });
  expect(text).toContain(', read anew: it was not kept the same for a while\n');
  expect(text).toContain('    notes: "note 1" -> (not kept the same)\n');
  const version = Number(/(\d+) {2}[^\n]*, read anew/.exec(text)?.[1]);
  await putBack(bench, { key, version: version - 1 });
  await bench.run();
  expect(bench.branch.value(key, 'notes')).toBe('note 1');
});
