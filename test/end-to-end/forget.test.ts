/** `forget TABLE KEY` on one machine: no byte of a record is left in the state's files, and nothing brings it back. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { rows } from './support/rows.ts';
import { sweep } from './support/telling.ts';

const key = 'K-00001';
const telling = ['Zebedee Quartermain', 'Quincy Oddfellow', 'Ulla Yttersjo', 'Xaver Niebergall'];
/** Of a value that is spread over many pages of the file. */
const part = 'Long John Silverback. ';
const long = part.repeat(3000);

/** Both offices hold three records; the first of them had each of the telling values, one of which lost a conflict. */
async function filled(): Promise<Bench> {
  const old = rows(0, 3).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
  const bench = await openBench({ offices: { hq: { rows: old }, branch: {} } });
  await bench.configure((one) => ({ ...one, schedule: { settle: '0 seconds' } }));
  await bench.run();
  const [first, second, third, fourth] = telling;
  bench.hq.edit(key, { name: long });
  await bench.run();
  bench.hq.edit(key, { name: first ?? '' });
  await bench.run();
  bench.branch.edit(key, { name: second ?? '' });
  await bench.run();
  bench.hq.edit(key, { name: third ?? '' });
  bench.branch.edit(key, { name: fourth ?? '' });
  await bench.run();
  await bench.run();
  return bench;
}

/** Which of the texts are in any file of the state. */
function foundIn({ directory }: Bench, texts: readonly string[]): readonly string[] {
  const state = join(directory, '.serversync');
  const bytes = readdirSync(state).map((file) => readFileSync(join(state, file)));
  return texts.filter((text) => bytes.some((one) => one.includes(text)));
}

const isThere = ({ hq, branch }: Bench) => [hq, branch].map((office) => office.byKey.has(key));

/** On hq, in FileMaker; the sync takes it to branch. */
async function deleteEverywhere(bench: Bench): Promise<void> {
  bench.hq.delete(key);
  await sweep(bench);
  await bench.run();
  expect(isThere(bench)).toEqual([false, false]);
}

test('of a record that was deleted and forgotten no byte is left, and sweeps and runs leave it so', async () => {
  await using bench = await filled();
  await deleteEverywhere(bench);
  const all = [...telling, key, part];
  expect(foundIn(bench, all)).toEqual(all);
  const asked = await bench.command('forget', 'contacts', key);
  expect([asked.code, asked.stderr]).toEqual([1, '']);
  expect(asked.stdout).toContain(
    'nothing was removed. To do it:\n    serversync forget contacts K-00001 --yes\n',
  );
  expect(foundIn(bench, telling)).toEqual(telling);
  const done = await bench.command('forget', 'contacts', key, '--yes', '--json', '--as', 'Mary');
  expect([done.code, lastObject(done.stdout)]).toMatchObject([0, { kind: 'forgotten', done: true }]);
  expect(done.stderr).toContain(`forgotten: contacts, record ${key}\n`);
  expect(foundIn(bench, all)).toEqual([]);
  for (let time = 0; time < 2; time += 1) {
    await sweep(bench);
    await bench.run();
  }
  expect(isThere(bench)).toEqual([false, false]);
  expect(foundIn(bench, all)).toEqual([]);
  expect(bench.hq.byKey.size).toBe(2);
  const again = await bench.command('forget', 'contacts', key, '--yes');
  expect([again.code, again.stdout]).toEqual([
    0,
    expect.stringContaining(`nothing is held of contacts, record ${key}`),
  ]);
  expect(again.stdout).toMatch(/    it was forgotten on \d{4}-\d\d-\d\d .* by Mary\n/);
  const audit = await bench.command('audit');
  expect(audit.stdout).toContain('had a record forgotten\n    contacts, as a whole');
  expect(audit.stdout).toContain('by Mary');
  expect(audit.stdout).not.toContain(key);
});

test('what a record that lives held before is forgotten to the byte, and it goes on as it was', async () => {
  await using bench = await filled();
  const refused = await bench.command('forget', 'contacts', key, '--yes');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('lives: it is on hq, branch')]);
  const name = bench.hq.byKey.get(key)?.['name'];
  const done = await bench.command('forget', 'contacts', key, '--past', '--yes');
  expect([done.code, done.stderr]).toEqual([0, '']);
  expect(foundIn(bench, telling)).toEqual([name]);
  await bench.run();
  bench.branch.edit(key, { name: 'edited later' });
  await bench.run();
  expect(bench.hq.byKey.get(key)?.['name']).toBe('edited later');
});

test('export tells all that is held, in 80 columns, and writes it to a new file that only its owner may read', async () => {
  await using bench = await filled();
  const file = join(bench.directory, 'held.json');
  const { code, stdout, stderr } = await bench.command('export', 'contacts', key, '--to', file);
  expect([code, stderr]).toEqual([0, '']);
  for (const value of telling.slice(1)) expect(readFileSync(file, 'utf8')).toContain(value);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(stdout).toContain(`contacts, record ${key}: version`);
  expect(stdout).toMatch(
    /What is known of each server:\n    branch: record \d+, modification count \d+, 6 digests/,
  );
  expect(stdout).toContain('Both values of conflicts:\n');
  expect(Math.max(...stdout.split('\n').map((line) => (line.includes(file) ? 0 : line.length)))).toBeLessThan(
    81,
  );
  const again = await bench.command('export', 'contacts', key, '--to', file);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('it is there already')]);
  const nowhere = await bench.command(
    'export',
    'contacts',
    key,
    '--to',
    join(bench.directory, 'no', 'x.json'),
  );
  expect([nowhere.code, nowhere.stderr]).toEqual([
    2,
    expect.stringContaining('there is no such folder. Make it, or name a file in another one with --to'),
  ]);
  const unknown = await bench.command('export', 'contacts', 'never');
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringContaining('there is no record with the key'),
  ]);
});

test('a key of which nothing was ever held is refused with keys that are there, and no act is put down', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {} } });
  await bench.run();
  for (const options of [[], ['--yes'], ['--past'], ['--past', '--yes']]) {
    const { code, stdout, stderr } = await bench.command('forget', 'contacts', 'nope', ...options);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('there is no record with the key "nope" in contacts');
    expect(stderr).toContain('"K-00000"');
  }
  expect((await bench.command('audit')).stdout).toContain('nobody has decided anything yet');
});
