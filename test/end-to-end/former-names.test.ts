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
