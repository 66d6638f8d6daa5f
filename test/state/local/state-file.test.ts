import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applicationId, formatVersion } from '../../../src/state/local/format.ts';
import { type LocalState, openLocalState } from '../../../src/state/local/local-state.ts';
import { migrations } from '../../../src/state/local/migrations.ts';
import { batchRow, head, run, sending } from '../../contracts/samples.ts';
import { failureOf } from './failure-of.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const now = (): number => 10_000;
let temporary: ReturnType<typeof temporaryDirectory>;
let directory = '';
let path = '';
let opened: LocalState[] = [];

const open = (options: { readonly readOnly?: boolean } = {}): LocalState => {
  const state = openLocalState({ directory, now, ...options });
  opened.push(state);
  return state;
};

const failure = (options: { readonly readOnly?: boolean } = {}) => failureOf(() => open(options));

function withDatabase(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

beforeEach(() => {
  temporary = temporaryDirectory();
  directory = join(temporary.directory, 'deep', 'state');
  path = join(directory, 'serversync.db');
});

afterEach(() => {
  for (const state of opened) state.close();
  opened = [];
  temporary.remove();
});

describe('access', () => {
  test('only the user who runs the sync can read the directory and what lies in it', async () => {
    const { records } = open();
    await records.putHeads([head(1)]);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const modes = readdirSync(directory).map((name) => [name, statSync(join(directory, name)).mode & 0o777]);
    expect(modes.length).toBeGreaterThan(2);
    expect(modes.filter(([, mode]) => mode !== 0o600)).toStrictEqual([]);
  });

  test('a closed state is one file beside its lock, and closing it twice does no harm', async () => {
    const state = open();
    await state.records.putHeads([head(1)]);
    state.close();
    state.close();
    expect(readdirSync(directory).toSorted()).toStrictEqual(['serversync.db', 'serversync.lock']);
  });

  test('a place where no directory can be made is named', () => {
    const file = join(temporary.directory, 'file');
    writeFileSync(file, '');
    directory = join(file, 'state');
    expect(failure()).toMatchObject({ code: 'state-inaccessible', path: directory });
  });
});

describe('format', () => {
  test('a file of a later version is refused with both versions, and stays as it was', () => {
    open().close();
    withDatabase(`PRAGMA user_version = ${formatVersion + 1}`);
    const error = failure();
    expect(error).toMatchObject({ code: 'state-newer-version', path, disposition: 'configuration' });
    expect(error.message).toContain(`${path}: its format has version ${formatVersion + 1}`);
    expect(error.message).toContain(`up to ${formatVersion}`);
    expect(error.message).toContain('--state');
    expect(failure({ readOnly: true }).code).toBe('state-newer-version');
  });

  test('a SQLite file of another program is refused and not written to', () => {
    mkdirSync(directory, { recursive: true });
    withDatabase('CREATE TABLE songs (title TEXT); PRAGMA user_version = 1');
    const before = statSync(path).mtimeMs;
    expect(failure()).toMatchObject({ code: 'state-not-ours', path });
    expect(failure({ readOnly: true }).code).toBe('state-not-ours');
    expect(statSync(path).mtimeMs).toBe(before);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  test.each([
    ['text', 'once upon a time, '.repeat(100)],
    ['the header of a SQLite file and then nonsense', `SQLite format 3\0${'nonsense '.repeat(600)}`],
  ])('a file that holds %s is refused as not ours', (_, content) => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, content);
    expect(failure()).toMatchObject({ code: 'state-not-ours', path });
    expect(failure({ readOnly: true }).code).toBe('state-not-ours');
  });

  test('what is open is counted by an index alone, without a look at the keys of each batch', () => {
    open().close();
    const database = new DatabaseSync(path);
    const counted =
      'SELECT server, count(*), sum(key_count), min(oldest_change_at) FROM batches GROUP BY server';
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${counted}`).all();
    database.close();
    expect(plan).toMatchObject([{ detail: 'SCAN batches USING COVERING INDEX batches_backlog' }]);
  });

  test('a file that a crash left empty is begun anew', async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, '');
    expect(failure({ readOnly: true }).code).toBe('state-missing');
    expect(await open().records.putHeads([head(1)])).toStrictEqual(new Set());
  });

  test('a file of an earlier version is not read before it was brought up to date', async () => {
    open().close();
    withDatabase('PRAGMA user_version = 0');
    expect(failure({ readOnly: true })).toMatchObject({ code: 'state-older-version', path });
  });

  test('sessions that a process of format 3 left open are taken over by this one', async () => {
    mkdirSync(directory, { recursive: true });
    const slots = `INSERT INTO slots (server, number, fence, state, opening_at, token) VALUES
      ('hq', 0, 4, 'opened', 0, 'db/left'), ('hq', 1, 9, 'free', 0, NULL), ('hq', 2, 3, 'opening', 9000, NULL),
      ('branch', 0, 1, 'opening', 20000, NULL)`;
    const marks = `PRAGMA application_id = ${applicationId}; PRAGMA user_version = 3`;
    withDatabase([...migrations.slice(0, 3), slots, marks].join(';'));
    const { sessions } = open();
    expect(await sessions.take('hq', 2, 10_000, 5000)).toMatchObject({ server: 'hq', token: 'db/left' });
    expect(await sessions.take('hq', 2, 10_000, 5000)).toBe(undefined);
    expect(await sessions.take('hq', 2, 14_000, 5000)).not.toHaveProperty('token');
    expect(await sessions.take('branch', 1, 14_999, 5000)).toBe(undefined);
    expect(await sessions.take('branch', 1, 15_000, 5000)).toBeDefined();
  });

  test('a lock file that is a directory is named', () => {
    mkdirSync(join(directory, 'serversync.lock'), { recursive: true });
    expect(failure()).toMatchObject({ code: 'state-inaccessible', path: join(directory, 'serversync.lock') });
  });

  test('a refused file leaves the lock free', () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, 'once upon a time');
    expect([failure().code, failure().code]).toStrictEqual(['state-not-ours', 'state-not-ours']);
  });
});

describe('reading only', () => {
  test('where there is no state, that is said and nothing is made', () => {
    const error = failure({ readOnly: true });
    expect(error).toMatchObject({ code: 'state-missing', path });
    expect(error.message).toContain('serversync run');
    expect(existsSync(directory)).toBe(false);
  });

  test('a state that nobody works with is read without making a file', async () => {
    const state = open();
    await state.control.putRun(run('a'));
    state.close();
    const before = readdirSync(directory);
    const reader = open({ readOnly: true });
    expect(await reader.control.runs(9)).toStrictEqual([run('a')]);
    expect(readdirSync(directory)).toStrictEqual(before);
  });

  test('a state that a process works with is read as it is at that moment', async () => {
    const writer = open();
    const reader = open({ readOnly: true });
    expect(await reader.records.hasHeads('contacts')).toBe(false);
    await writer.records.putHeads([head(1)]);
    expect((await reader.records.heads('contacts', ['k1'])).get('k1')).toStrictEqual(head(1));
  });

  test('a writer may end while somebody reads, and begin again', async () => {
    const writer = open();
    await writer.records.putHeads([head(1)]);
    const reader = open({ readOnly: true });
    await reader.records.hasHeads('contacts');
    writer.close();
    expect(await reader.records.hasHeads('contacts')).toBe(true);
    expect(await open().records.putHeads([head(2)])).toStrictEqual(new Set());
    expect((await reader.records.heads('contacts', ['k1'])).get('k1')).toStrictEqual(head(2));
  });

  test('every write fails and changes nothing', async () => {
    open().close();
    const { records, control, queue, sessions } = open({ readOnly: true });
    const writes = [
      records.putHeads([head(1)]),
      control.putBatches([batchRow('a')]),
      queue.send('hq', ['a']),
      sessions.take('hq', 1, 0, 1),
    ];
    const ended = await Promise.allSettled(writes);
    expect(ended.map((one) => one.status)).toStrictEqual(writes.map(() => 'rejected'));
    expect(await records.hasHeads('contacts')).toBe(false);
  });
});

describe('transactions', () => {
  test('of a call that fails in the middle nothing is stored, and the next call is done', async () => {
    const { control } = open();
    await control.putBatches([batchRow('b')]);
    await expect(control.putBatches([batchRow('a'), batchRow('b')])).rejects.toThrow(/UNIQUE/);
    expect(await control.batch('a')).toBe(undefined);
    await control.appendSending('b', 1, [sending('b', 'k1')]);
    expect((await control.batch('b'))?.rev).toBe(2);
  });
});

describe('what a dead process left', () => {
  test('its leases are free and its messages shown, though the clock was set back', async () => {
    const { control, queue } = open();
    await control.takeLease('sweep', 'dead', 1000, 5_000_000);
    await queue.send('hq', ['a']);
    await queue.receive('hq', 1, 1000, 5_000_000);
    opened[0]?.close();
    const next = open();
    expect(await next.control.takeLease('sweep', 'living', 1000, 10)).toBe(true);
    expect(await next.queue.receive('hq', 1, 1000, 10)).toHaveLength(1);
  });

  test('a login that it sent when the clock was ahead does not keep its slot for longer', async () => {
    const { sessions } = open();
    const slot = await sessions.take('hq', 1, 5_000_000, 900);
    if (slot) await sessions.opening(slot, 5_000_000);
    opened[0]?.close();
    const next = open();
    expect(await next.sessions.take('hq', 1, now() + 899, 900)).toBe(undefined);
    expect(await next.sessions.take('hq', 1, now() + 901, 900)).not.toBe(undefined);
  });
});
