/** `parked list` and `parked retry` on one machine, as processes. */
import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { contactFields } from './support/office.ts';
import { row, rows } from './support/rows.ts';

const tooLong = 'longer than twelve letters';

/** On branch 25 of 26 records are taken, and one of hq has no key. */
async function withTwoParked(): Promise<Bench> {
  const fields = contactFields.map((field) =>
    field.name === 'notes' ? { ...field, validation: { maxLength: 12, overridable: false } } : field,
  );
  const hq = [...rows(0, 25).with(11, row(11, { notes: tooLong })), row(26), row(27, { id: '' })];
  const bench = await openBench({ offices: { hq: { rows: hq }, branch: { fields } } });
  await bench.run();
  return bench;
}

describe('parked list', () => {
  test('says for each cause what it is, what to look at, where, since when and of which records', async () => {
    await using bench = await withTwoParked();
    bench.resetCounters();
    const { code, stdout, stderr } = await bench.command('parked list');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'THEN')).toBe(
      [
        '2 records parked',
        '',
        '511: a value is longer than its field allows',
        '    look at the validation of the field (Manage > Database > Fields > Options)',
        '    contacts on branch: 1 record, since THEN',
        '        K-00011',
        '',
        'empty-key: the key field is empty',
        '    give the record a key; an auto-enter calculation of Get ( UUID ) does it for',
        '    new records',
        '    contacts on hq: 1 record, since THEN',
        '        (record id 27)',
        '',
        'Each is tried again when it changes on any server, and with each run.',
        '',
      ].join('\n'),
    );
    expect(stdout).not.toContain(tooLong);
    expect(bench.branch.stats.requests.find + bench.hq.stats.requests.find).toBe(0);
  });

  test('tells the same as one JSON object, and of one server only where that is asked for', async () => {
    await using bench = await withTwoParked();
    const { code, stdout } = await bench.command('parked list', '--server', 'branch', '--json');
    expect(code).toBe(1);
    const told = lastObject(stdout);
    expect(told).toMatchObject({
      exitCode: 1,
      parked: 1,
      causes: [
        {
          code: '511',
          cause: 'a value is longer than its field allows',
          passes: false,
          records: 1,
          places: [
            { table: 'contacts', server: 'branch', records: 1, keys: [{ key: 'K-00011', attempts: 1 }] },
          ],
        },
      ],
    });
    expect(stdout).not.toContain(tooLong);
  });

  test('shows as many keys as --limit says, and how many it leaves out', async () => {
    const fields = contactFields.map((field) =>
      field.name === 'notes' ? { ...field, validation: { list: ['x'], overridable: false } } : field,
    );
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 9) }, branch: { fields } } });
    await bench.run();
    const { stdout } = await bench.command('parked list', '--limit', '2');
    expect(stdout).toContain('506: a value is not in the value list of its field');
    expect(stdout).toMatch(/contacts on branch: 9 records, since [-\d]+ [:\d]+\n/);
    expect(stdout.match(/K-0000\d {2}\(tried 2 times\)/g)).toHaveLength(2);
    expect(stdout).toContain('        and 7 more (--limit shows more of them)\n');
  });

  test('with nothing parked says so with exit code 0', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 2) }, branch: {} } });
    await bench.run();
    const { code, stdout } = await bench.command('parked list', '--table', 'contacts');
    expect([code, stdout]).toEqual([0, 'nothing of contacts is parked\n']);
  });
});

describe('parked retry', () => {
  test('on this machine has all that has a key tried with the next run, and says what has none', async () => {
    await using bench = await withTwoParked();
    const { code, stdout, stderr } = await bench.command('parked retry');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      'tried again with the next run: 1 record\n' +
        'not tried: 1 record without a key. Give it one: it comes out when that is read\n',
    );
    const json = await bench.command('parked retry', '--json', '--server', 'hq');
    expect(lastObject(json.stdout)).toEqual({ exitCode: 0, retried: 0, withoutKey: 1 });
    bench.resetCounters();
    expect(await bench.run()).toMatchObject({ parked: 2 });
    expect(bench.branch.stats.requests.create).toBe(1);
  });

  test('while a run is at work with the state ends with 1 and says how it is done', async () => {
    await using bench = await withTwoParked();
    const watching = bench.start('run', '--watch');
    await expect.poll(() => watching.stdout, { timeout: 20_000 }).toContain('watching 2 servers');
    const { code, stderr } = await bench.command('parked retry');
    expect([code, stderr]).toEqual([1, expect.stringContaining('another process works with the state')]);
    expect(stderr).toContain('can be started again');
    const list = await bench.command('parked list');
    expect(list.stdout).toContain('All of them: stop the run\nthat is at work, and start it again.');
  });

  test.each([
    {
      what: 'a table that is not there',
      args: ['--table', 'contcts'],
      says: 'there is no table contcts in the configuration. Did you mean contacts? It has contacts',
    },
    {
      what: 'a server that is not there',
      args: ['--server', 'brnch'],
      says: 'there is no server brnch in the configuration. Did you mean branch? It has hq, branch',
    },
    {
      what: 'a key that is not parked there',
      args: ['--table', 'contacts', '--server', 'branch', '--key', 'k-00011'],
      says: 'no record with the key k-00011 is parked of contacts on branch: upper and lower case count, and it may be in order by now. 1 other record is parked there',
    },
    { what: 'an option that is not there', args: ['--keys', 'K'], says: "unknown option '--keys'" },
    {
      what: 'a stack beside a state of this machine',
      args: ['--stack', 'S', '--state', 'here'],
      says: "cannot be used with option '--state <directory>'",
    },
  ])('refuses $what with exit code 2 and a remedy', async ({ args, says }) => {
    await using bench = await withTwoParked();
    const { code, stderr } = await bench.command('parked retry', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
