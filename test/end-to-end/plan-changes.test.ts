/** What a plan says of a changed configuration before it is used; the state stays as it is. */
import { describe, expect, test } from 'vitest';
import { type Bench, openBench, type Plain } from './support/bench.ts';
import { planIn } from './support/checks.ts';
import { dumpOf } from './support/dump.ts';
import { syncedFields } from './support/office.ts';
import { changed } from './support/refusal.ts';
import { rows } from './support/rows.ts';

type Change = (configuration: Plain) => Plain;

const all =
  (...changes: readonly Change[]): Change =>
  (configuration) =>
    changes.reduce((sofar, change) => change(sofar), configuration);

const without = (name: string): Change =>
  all(changed(['servers', name], undefined), changed(['tables', 'contacts', 'servers', name], undefined));

const inTable = (path: readonly (string | number)[], value: unknown): Change =>
  changed(['tables', 'contacts', ...path], value);

const first: Change = all(without('shop'), inTable(['fields'], ['name', 'notes', 'amount']));

async function threeOffices(): Promise<Bench> {
  const bench = await openBench({
    offices: { hq: { rows: rows(0, 30) }, branch: {}, kiosk: {}, shop: { rows: rows(25, 35) } },
  });
  await bench.configure(first);
  for (let run = 0; run < 2; run += 1) await bench.run();
  return bench;
}

type Told = { readonly lines: readonly string[]; readonly text: string; readonly json: unknown };

/** Under the changed configuration, with nothing stored for it. */
async function told(bench: Bench, ...changes: readonly Change[]): Promise<Told> {
  await bench.configure(all(...changes));
  const before = dumpOf(bench.stateFile);
  const { text, json } = await planIn(bench);
  expect(dumpOf(bench.stateFile)).toEqual(before);
  const lines = text.split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  return { lines, text: lines.map((line) => line.trim()).join(' '), json };
}

const heading = 'The configuration is another one than that of the last run:';

test('before the first run it says that everything is new, and that an empty server is filled', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 30) }, branch: {} } });
  const text = (await planIn(bench)).text.replaceAll(/\s+/g, ' ');
  expect(text).not.toContain(heading);
  expect(text).toContain('Nothing was synchronized yet, and everything is new:');
  expect(text).toContain('contacts on hq joins (both): its 30 records would be read');
  expect(text).toContain('contacts on branch joins (both): it is empty, and is filled');
  expect(text).toContain('contacts on branch: 30 creates');
});

test('a server that joins while it is paused is named as one, with when it is read', async () => {
  await using bench = await threeOffices();
  await bench.command('pause', '--table', 'contacts');
  const { text, json } = await told(bench, inTable(['fields'], ['name', 'notes', 'amount']));
  expect(text).toContain('contacts on shop joins (both): paused, and read once that is over');
  expect(json).toMatchObject({
    changes: [{ kind: 'joins', table: 'contacts', server: 'shop', role: 'both' }],
  });
  await bench.command('resume');
  expect((await bench.run()).exitCode).toBe(0);
  expect(bench.branch.byKey.size).toBe(35);
});

test('of a configuration that is as it was nothing is said of it', async () => {
  await using bench = await threeOffices();
  const { text, json } = await told(bench, first);
  expect(text).not.toContain(heading);
  expect(json).toMatchObject({ changes: [], readWhole: [], moved: [], renamed: [], closed: [], paused: [] });
});

describe('a plan names, with what it comes to,', () => {
  test.each<[string, Change, string, unknown]>([
    [
      'a server that joins',
      inTable(['fields'], ['name', 'notes', 'amount']),
      'contacts on shop joins (both): its 10 records would be read',
      { changes: [{ kind: 'joins', table: 'contacts', server: 'shop', role: 'both' }] },
    ],
    [
      'a field that is kept the same from now on, and where all is read for it',
      all(first, inTable(['fields'], ['name', 'notes', 'amount', 'born'])),
      'contacts: born is kept the same on all servers - contacts on hq: all of its 30 records would be read',
      { changes: [{ kind: 'field', field: 'born', was: 'left', now: 'synced' }] },
    ],
    [
      'a field that is left as it is from now on',
      all(first, inTable(['fields'], ['name', 'notes'])),
      'contacts: amount is left as each server has it, it was kept the same on all servers',
      { changes: [{ kind: 'field', field: 'amount', was: 'synced', now: 'left' }], readWhole: [] },
    ],
    [
      'a field that goes with a new record only from now on',
      all(first, inTable(['fields'], ['name', 'notes']), inTable(['createOnly'], ['amount'])),
      'contacts: amount is sent with a new record only, it was kept the same on all servers',
      { changes: [{ kind: 'field', field: 'amount', was: 'synced', now: 'createOnly' }] },
    ],
    [
      'a field that is called otherwise',
      all(
        first,
        inTable(['fields'], ['name', 'remarks', 'amount']),
        ...['hq', 'branch', 'kiosk'].map((name) =>
          inTable(['servers', name, 'rename'], { remarks: 'notes' }),
        ),
      ),
      'contacts: notes is called remarks from now on',
      { changes: [], renamed: [{ to: { notes: 'remarks' } }] },
    ],
    [
      'another role',
      all(first, inTable(['servers', 'kiosk', 'role'], 'receive')),
      'contacts on kiosk: the role receive, it was both: it gets the changes of the others',
      { changes: [{ kind: 'role', server: 'kiosk', was: 'both', now: 'receive' }] },
    ],
    [
      'a share of the records',
      all(first, inTable(['servers', 'kiosk', 'where'], { name: '==contact 3' })),
      'contacts on kiosk: a share of the records belongs there, and not all',
      { changes: [{ kind: 'share', server: 'kiosk', had: false, has: true }] },
    ],
  ])('%s', async (_, change, words, json) => {
    await using bench = await threeOffices();
    const seen = await told(bench, change);
    expect(seen.text).toContain(heading);
    for (const part of words.split(' - ')) expect(seen.text).toContain(part);
    expect(seen.json).toMatchObject(Object(json));
    // Once it is used, nothing is said of it any more.
    for (let run = 0; run < 2; run += 1) await bench.run();
    expect((await told(bench, change)).text).not.toContain(heading);
  });

  test('a server that leaves, what would be closed, and how much stays known; then that it comes back', async () => {
    await using bench = await threeOffices();
    await bench.office('kiosk').close();
    for (const key of ['K-00001', 'K-00002']) bench.hq.edit(key, { name: 'waits for kiosk' });
    expect((await bench.run()).exitCode).toBe(3);
    const leaving = all(first, without('kiosk'));
    const { text, json } = await told(bench, leaving);
    expect(text).toContain(
      'contacts on kiosk leaves: 2 records that wait for it and 0 parked records would be closed; ' +
        'what is known of its 30 records is kept until serversync forget',
    );
    expect(json).toMatchObject({
      changes: [{ kind: 'leaves', table: 'contacts', server: 'kiosk', records: 30 }],
      closed: [{ table: 'contacts', server: 'kiosk', waiting: 2, parked: 0 }],
    });
    await bench.run();
    expect((await told(bench, leaving)).text).not.toContain(heading);
    await bench.configure(first);
    const back = await bench.command('plan', '--json');
    expect(back.stdout).toContain(
      '"kind":"returns","table":"contacts","server":"kiosk","role":"both","records":30',
    );
  });

  test('a table that leaves and one that joins', async () => {
    await using bench = await threeOffices();
    const { text } = await told(bench, first, ({ tables, ...rest }) => {
      const [contacts] = Object.values({ ...Object(tables) });
      return { ...rest, tables: { people: contacts } };
    });
    expect(text).toContain('people on hq joins (both): its 30 records would be read');
    expect(text).toContain('contacts on hq leaves: 0 records that wait for it');
  });

  test('a server at another address, by the records that were asked for there; and what is not the file', async () => {
    await using bench = await threeOffices();
    const url = bench.hq.url.replace('127.0.0.1', 'localhost');
    const same = await told(bench, first, changed(['servers', 'hq', 'url'], url));
    expect(same.text).toContain(`contacts on hq is at ${url} Main/Contacts_Sync from now on`);
    expect(same.text).toContain('is the same file at its new address: 25 of 25 known records');
    expect(same.json).toMatchObject({
      moved: [{ kind: 'moved' }, { kind: 'proven', figures: { asked: 25 } }],
    });
    const other = await told(bench, first, changed(['servers', 'hq', 'url'], bench.office('shop').url));
    expect(other.text).toContain('would halt: contacts on hq: what is at its new address is not the file');
    expect(other.json).toMatchObject({ exitCode: 1, halted: [{ why: 'moved', isNew: true }] });
  });

  test('a server at another address that is paused: it is looked at once that is over, and halts nothing', async () => {
    await using bench = await threeOffices();
    await bench.command('pause', '--server', 'hq');
    const url = bench.hq.url.replace('127.0.0.1', 'localhost');
    const moves = all(first, changed(['servers', 'hq', 'url'], url));
    const { text } = await told(bench, moves);
    expect(text).toContain(
      'contacts on hq: it is at another address: whether it is the same file is looked at once the pause is over',
    );
    expect(text).not.toContain('would halt');
    await bench.command('resume');
    expect(await bench.run()).toMatchObject({ exitCode: 0, halted: [] });
  });

  test('a server that sends again: what was edited there meanwhile is read, and counts from now on', async () => {
    await using bench = await threeOffices();
    const receiving = all(first, inTable(['servers', 'kiosk', 'role'], 'receive'));
    const words = 'meanwhile is read, and counts from now on';
    expect((await told(bench, receiving)).text).not.toContain(words);
    await bench.run();
    bench.office('kiosk').edit('K-00003', { name: 'made there' });
    expect((await told(bench, first)).text).toContain(
      `contacts on kiosk: the role both, it was receive: its changes go to the others, and it gets theirs; what was made or edited there ${words}`,
    );
    await bench.run();
    expect(bench.hq.value('K-00003', 'name')).toBe('made there');
  });

  test('what is paused at present', async () => {
    await using bench = await threeOffices();
    expect((await bench.command('pause', '--server', 'kiosk')).code).toBe(0);
    const { text, json } = await told(bench, first);
    expect(text).toContain('kiosk: paused until it is resumed, nothing waits');
    expect(json).toMatchObject({ paused: [{ table: 'contacts', server: 'kiosk', why: 'pause' }] });
  });

  test('of one server alone, where one is chosen', async () => {
    await using bench = await threeOffices();
    await bench.configure(
      all(inTable(['fields'], syncedFields), inTable(['servers', 'kiosk', 'role'], 'send')),
    );
    const { json } = await planIn(bench, { chosen: { server: 'kiosk' } });
    expect(json).toMatchObject({ readWhole: [{ server: 'kiosk' }] });
    const kinds = Object(json).changes.map((one: { kind: string }) => one.kind);
    expect(new Set(kinds)).toEqual(new Set(['role', 'field']));
  });
});
