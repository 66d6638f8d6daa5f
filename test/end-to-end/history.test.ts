/** `history` and `put-back TABLE KEY` on one machine. */
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLocalState } from '../../src/state/local/local-state.ts';
import { type Bench, openBench, type Plain } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { contactFields } from './support/office.ts';
import { rows } from './support/rows.ts';
import { historyOf, putBack, refusalOf, sweep } from './support/telling.ts';

const key = 'K-00001';

/** Without times, which are no two times the same. */
const plain = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, 'THEN')
    .replaceAll(/\(± [^)]*\)/g, '(± SOME)')
    .replaceAll(/\b[0-9a-f]{8}\b/g, 'CODE');

const longest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

const fields = contactFields.map((field) =>
  field.name === 'notes' ? { ...field, validation: { maxLength: 20, overridable: false } } : field,
);

/** Both offices hold three records; branch takes notes of 20 letters only. */
async function filled(configuration: Plain = {}): Promise<Bench> {
  const old = rows(0, 3).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
  const bench = await openBench({ offices: { hq: { rows: old }, branch: { fields } } });
  await bench.configure((one) => ({ ...one, schedule: { settle: '0 seconds' }, ...configuration }));
  await bench.run();
  await bench.run();
  return bench;
}

/** Ann, then Anne, in versions 2 and 3. */
async function changed(): Promise<Bench> {
  const bench = await filled();
  bench.branch.edit(key, { name: 'Ann' });
  await bench.run();
  bench.hq.edit(key, { name: 'Anne', amount: '12' });
  await bench.run();
  return bench;
}

const namesIn = ({ hq, branch }: Bench) => [hq, branch].map((office) => office.byKey.get(key)?.['name']);

test('history tells each change, and put-back undoes one: as processes', async () => {
  await using bench = await changed();
  const { code, stdout, stderr } = await bench.command('history', 'contacts', key);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('    name: "contact 1" -> "Ann"\n');
  const options = ['--version', '1', '--dry-run'];
  expect((await bench.command('put-back', 'contacts', key, ...options)).code).toBe(0);
  const done = await bench.command('put-back', 'contacts', key, '--version', '1', '--json');
  expect([done.code, lastObject(done.stdout)]).toMatchObject([0, { version: 4 }]);
  await bench.run();
  expect(namesIn(bench)).toEqual(['contact 1', 'contact 1']);
  const wrong = await bench.command('put-back', 'contacts', '--version', '1');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('put-back TABLE KEY --version N')]);
  const halt = await bench.command('put-back', 'abcdef');
  expect([halt.code, halt.stderr]).toEqual([2, expect.stringContaining('there is no halt abcdef')]);
});

describe('history', () => {
  test('tells each change, where, from what to what, and since when each server has it', async () => {
    await using bench = await filled();
    bench.branch.edit(key, { name: 'Ann', amount: '7' });
    await bench.run();
    expect(plain((await historyOf(bench, { key })).text)).toBe(
      [
        `contacts, record ${key}: version 2`,
        '',
        '2  THEN (± SOME), changed on branch',
        '    name: "contact 1" -> "Ann"',
        '    amount: "10" -> "7"',
        '    on hq since THEN',
        '',
        '1  the first version',
        '    THEN (± SOME), on hq:',
        '        name: "contact 1"',
        '        notes: "note 1"',
        '        amount: "10"',
        '        born: "1999-12-31"',
        '    on branch since THEN',
        '',
      ].join('\n'),
    );
  });

  test('tells by which rule a conflict was decided, or what lost without changing anything', async () => {
    await using bench = await filled();
    bench.hq.edit(key, { name: 'of hq' });
    bench.branch.edit(key, { name: 'of branch' });
    await bench.run();
    const { text } = await historyOf(bench, { key });
    const [won, lost] = namesIn(bench)[0] === 'of hq' ? ['hq', 'branch'] : ['branch', 'hq'];
    expect(text).toContain(`changed on ${won}\n`);
    expect(text).toMatch(/won \(conflict|Lost a conflict, changed nothing/);
    expect(text).toContain(`"of ${lost}"`);
    expect(longest(text)).toBeLessThanOrEqual(80);
  });

  test('tells who waits for it, and where it is parked', async () => {
    await using bench = await filled();
    bench.hq.edit(key, { notes: 'more than twenty letters' });
    const other = 'K-00002';
    bench.branch.control.lock({ table: 'Contacts', recordIds: [bench.branch.record(other).recordId] });
    bench.hq.edit(other, { name: 'waits' });
    await bench.run();
    const parked = '    branch waits for it: parked (511), see serversync parked list\n';
    expect((await historyOf(bench, { key })).text).toContain(parked);
    expect((await historyOf(bench, { key: other })).text).toContain('    branch waits for it\n');
  });

  test('shows as many versions as asked for, and says that more are kept', async () => {
    await using bench = await changed();
    const { text } = await historyOf(bench, { key }, 1);
    expect(text).toContain('"Ann" -> "Anne"');
    expect(text).not.toContain('-> "Ann"');
    expect(text).toMatch(/\n\nEarlier versions are kept too: --limit shows more\n$/);
  });

  test('a value that is long, or of several lines, is cut and stays on its line', async () => {
    await using bench = await filled();
    bench.hq.edit(key, { notes: `first\r${'long '.repeat(400)}` });
    await bench.run();
    const { text } = await historyOf(bench, { key });
    expect(text).toContain('        -> "first\\nlong long');
    expect(text).toContain('… (2,006 letters in all)\n');
    expect(longest(text)).toBeLessThanOrEqual(80);
  });

  test('tells the same as one JSON object, with whole values', async () => {
    await using bench = await filled();
    bench.branch.edit(key, { name: 'Ann' });
    await bench.run();
    expect((await historyOf(bench, { key })).object).toEqual({
      exitCode: 0,
      table: 'contacts',
      key,
      version: 2,
      versions: [
        {
          version: 2,
          what: 'seen',
          server: 'branch',
          changed: { lo: expect.any(Number), hi: expect.any(Number) },
          storedAt: expect.any(Number),
          fields: [{ field: 'name', from: { value: 'contact 1' }, to: { value: 'Ann' }, decided: [] }],
          decided: [],
          servers: [{ server: 'hq', state: 'held', since: expect.any(Number) }],
        },
      ],
      end: 'beginning',
      oldest: {
        version: 1,
        fields: expect.arrayContaining([expect.objectContaining({ field: 'name', value: 'contact 1' })]),
        servers: [{ server: 'branch', state: 'held', since: expect.any(Number) }],
      },
      conflicts: [],
    });
  });

  test('of a table or a key that is not there says what there is', async () => {
    await using bench = await filled();
    const says = (named: { table?: string; key: string }) => refusalOf(historyOf(bench, named));
    expect(await says({ table: 'contcts', key })).toBe(
      'there is no table contcts in the configuration. Did you mean contacts? It has contacts',
    );
    expect(await says({ key: 'k-00001' })).toContain(
      'upper and lower case count. Did you mean "K-00001"? There are "K-00000", "K-00001", "K-00002" and others',
    );
    expect(await says({ key: 'K-00000x' })).toContain(
      'Did you mean "K-00000"? There are "K-00001", "K-00002" and others',
    );
    expect(await says({ key: 'nobody' })).not.toContain('Did you mean');
  });

  test('tells a conflict that is held with what each server has, and its end with what waited', async () => {
    await using bench = await filled();
    await bench.configure((one) => ({
      ...one,
      tables: { contacts: { ...Object(one['tables']).contacts, conflicts: 'hold' } },
    }));
    bench.hq.edit(key, { name: 'of hq' });
    bench.branch.edit(key, { name: 'of branch' });
    await bench.run();
    const held = (await historyOf(bench, { key })).text;
    const waiting = ['        hq: "of hq"', '        branch: "of branch"'];
    for (const line of ['    name: held, each server keeps its own value', ...waiting])
      expect(held).toContain(`${line}\n`);
    const put = await putBack(bench, { key, version: 1 });
    expect(put.text).toContain('    name: "contact 1", and no longer held; what waited is kept:\n');
    expect((await bench.run()).exitCode).toBe(0);
    expect(namesIn(bench)).toEqual(['contact 1', 'contact 1']);
    const { text } = await historyOf(bench, { key }, 1);
    for (const line of ['    name: "contact 1", no longer held; what waited:', ...waiting])
      expect(text).toContain(`${line}\n`);
  });
});

describe('put-back', () => {
  test('shows what would change, has all servers hold it again, and can be taken back', async () => {
    await using bench = await changed();
    const changes = '    name: "Anne" -> "contact 1"\n    amount: "12" -> "10"\n';
    expect((await putBack(bench, { key, version: 1, dryRun: true })).text).toBe(
      `would be put back: contacts, record ${key}\n${changes}nothing was changed\n`,
    );
    await bench.run();
    expect(namesIn(bench)).toEqual(['Anne', 'Anne']);
    expect((await putBack(bench, { key, version: 1 })).text).toBe(
      `put back: contacts, record ${key}\n${changes}    goes to the servers with the next run\n` +
        `    to take it back:\n        serversync put-back contacts ${key} --version 3\n`,
    );
    bench.resetCounters();
    expect((await bench.run()).exitCode).toBe(0);
    expect([bench.hq, bench.branch].map((office) => office.writes.length)).toEqual([1, 1]);
    expect(bench.hq.writes.map(({ modId }) => modId === undefined)).toEqual([false]);
    expect(namesIn(bench)).toEqual(['contact 1', 'contact 1']);
    const { text } = await historyOf(bench, { key }, 1);
    expect(plain(text)).toContain('4  THEN, put back to version 1 by a person\n');
    await putBack(bench, { key, version: 3 });
    await bench.run();
    expect(namesIn(bench)).toEqual(['Anne', 'Anne']);
  });

  test('brings a deleted record back to both servers; the state in which it was deleted is refused', async () => {
    await using bench = await changed();
    bench.hq.delete(key);
    await sweep(bench);
    expect(namesIn(bench)).toEqual([undefined, undefined]);
    expect(plain((await historyOf(bench, { key }, 1)).text)).toContain(
      'deleted on hq, THEN (± SOME)\n\n4  THEN (± SOME), deleted on hq\n    on branch since THEN\n',
    );
    const { text, object } = await putBack(bench, { key });
    expect(text).toContain('    it comes back on every server that receives\n');
    const told = {
      exitCode: 0,
      table: 'contacts',
      key,
      dryRun: false,
      version: 5,
      returns: true,
      fields: [],
    };
    expect(object).toEqual(told);
    await bench.run();
    expect(namesIn(bench)).toEqual(['Anne', 'Anne']);
    expect([bench.hq, bench.branch].map((office) => office.value(key, 'amount'))).toEqual(['12', '12']);
    await sweep(bench);
    expect(namesIn(bench)).toEqual(['Anne', 'Anne']);
    expect(await refusalOf(putBack(bench, { key, version: 4 }))).toContain(
      'after version 4 the record was deleted. To have that again, delete it in FileMaker, on any server',
    );
  });

  test('R5: what a user changes meanwhile on a server is merged, and nothing of it is lost', async () => {
    await using bench = await changed();
    await putBack(bench, { key, version: 1 });
    bench.branch.edit(key, { name: 'meanwhile', notes: 'mine' });
    await bench.run();
    await bench.run();
    const [name] = namesIn(bench);
    expect(namesIn(bench)).toEqual([name, name]);
    expect([bench.hq, bench.branch].map((office) => office.value(key, 'notes'))).toEqual(['mine', 'mine']);
    const { text } = await historyOf(bench, { key });
    for (const value of ['meanwhile', 'contact 1', 'Anne']) expect(text).toContain(`"${value}"`);
  });

  test('says what is wrong, and changes nothing', async () => {
    await using bench = await changed();
    const says = (named: { table?: string; key: string; version?: number }) =>
      refusalOf(putBack(bench, named));
    expect(await says({ key })).toContain(
      'it is not deleted: say which state it is to have with --version N',
    );
    expect(await says({ key, version: 9 })).toContain('there is no version 9 yet: the record has version 3');
    expect(await says({ key: 'K-9', version: 1 })).toContain(
      'there is no record with the key "K-9" in contacts',
    );
    expect(await says({ table: 'contcts', key, version: 1 })).toContain('Did you mean contacts?');
    expect((await putBack(bench, { key, version: 3 })).text).toContain('holds all of that already');
    await bench.run();
    expect(namesIn(bench)).toEqual(['Anne', 'Anne']);
  });

  test('with history: none nothing is kept; a deleted record comes back all the same', async () => {
    await using bench = await filled({ history: 'none' });
    bench.branch.edit(key, { name: 'Ann' });
    await bench.run();
    const { text } = await historyOf(bench, { key });
    expect(text).toContain('2  what it holds\n');
    expect(text).toContain('What it held before version 2 is not kept, or not any more\n');
    expect(await refusalOf(putBack(bench, { key, version: 1 }))).toContain(
      'after version 1 is not kept any more: it is from version 2 on',
    );
    bench.hq.delete(key);
    await sweep(bench);
    await putBack(bench, { key });
    await bench.run();
    expect(namesIn(bench)).toEqual(['Ann', 'Ann']);
  });

  test('while another process has the state nothing is put back; it can be looked at', async () => {
    await using bench = await changed();
    const state = openLocalState({ directory: dirname(bench.stateFile), now: () => Date.now() });
    await expect(putBack(bench, { key, version: 1 })).rejects.toMatchObject({ code: 'state-in-use' });
    expect((await putBack(bench, { key, version: 1, dryRun: true })).text).toContain('would be put back');
    expect((await historyOf(bench, { key })).text).toContain('"Ann" -> "Anne"');
    state.close();
  });
});
