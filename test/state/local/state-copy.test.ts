import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatVersion } from '../../../src/state/local/format.ts';
import { type LocalState, openLocalState } from '../../../src/state/local/local-state.ts';
import { openStateCopy, type StateCopy } from '../../../src/state/local/state-copy.ts';
import { batchRow, head, replica } from '../../contracts/samples.ts';
import { failureOf } from './failure-of.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const now = (): number => 10_000;
const orphanMs = 1000;
let temporary: ReturnType<typeof temporaryDirectory>;
let directory = '';
let opened: { readonly close: () => void }[] = [];

function kept<State extends { readonly close: () => void }>(state: State): State {
  opened.push(state);
  return state;
}

const open = (): LocalState => kept(openLocalState({ directory, now }));
const openCopy = async (existing = false): Promise<StateCopy> =>
  kept(await openStateCopy({ directory, now, existing }));

async function refusal(existing = false): Promise<unknown> {
  try {
    await openCopy(existing);
  } catch (error) {
    return error;
  }
  throw new Error('it was opened');
}

beforeEach(() => {
  temporary = temporaryDirectory();
  directory = join(temporary.directory, 'deep', 'state');
});

afterEach(() => {
  for (const state of opened) state.close();
  opened = [];
  temporary.remove();
});

async function withState(): Promise<void> {
  const state = open();
  state.bindTo({ 'server hq': 'https://hq' });
  await state.records.putHeads([head(1)]);
  await state.control.putBatches([batchRow('b1')]);
  state.close();
}

describe('a copy of the state', () => {
  test('holds what the state holds, takes what is written, and leaves the state as it was', async () => {
    await withState();
    const copy = await openCopy();
    expect([...(await copy.records.heads('contacts', ['k1'])).values()]).toEqual([head(1)]);
    await copy.records.putHeads([head(2)]);
    await copy.records.putReplicas([replica(1)]);
    await copy.control.close('b1', 1);
    expect((await copy.records.heads('contacts', ['k1'])).get('k1')?.version).toBe(2);
    copy.close();
    copy.close();
    const { records, control } = open();
    expect([...(await records.heads('contacts', ['k1'])).values()]).toEqual([head(1)]);
    expect((await records.replicas('contacts', 'hq', ['k1'])).size).toBe(0);
    expect(await control.batch('b1')).toEqual(batchRow('b1'));
  });

  test('has the session slots of the state itself', async () => {
    await withState();
    const copy = await openCopy();
    const slot = await copy.sessions.take('hq', 1, now(), orphanMs);
    if (slot === undefined) throw new Error('no slot');
    await copy.sessions.opened(slot, 'token', now());
    copy.close();
    expect((await open().sessions.take('hq', 1, now(), orphanMs))?.token).toBe('token');
  });

  test('lies where only its user can read it, and is gone once it is closed', async () => {
    await withState();
    const copy = await openCopy();
    const [name = ''] = readdirSync(directory).filter((one) => one.startsWith('.serversync-copy-'));
    const files = readdirSync(join(directory, name));
    const modes = files.map((file) => statSync(join(directory, name, file)).mode & 0o777);
    expect([statSync(join(directory, name)).mode & 0o777, new Set(modes)]).toEqual([0o700, new Set([0o600])]);
    copy.close();
    expect(readdirSync(directory).toSorted()).toEqual(['serversync.db', 'serversync.lock']);
  });

  test('that a killed process left is removed by whoever opens the state next, and nothing else is', async () => {
    await withState();
    const left = join(directory, '.serversync-copy-abc123');
    const others = join(directory, 'copy-of-mine');
    const leave = (): void => [left, others].forEach((path) => mkdirSync(path, { recursive: true }));
    leave();
    writeFileSync(join(left, 'serversync.db'), 'values');
    open().close();
    expect([existsSync(left), existsSync(others)]).toEqual([false, true]);
    leave();
    (await openCopy()).close();
    expect([existsSync(left), existsSync(others)]).toEqual([false, true]);
  });

  test('keeps others from the state, and is not made while another process has it', async () => {
    const state = open();
    expect(await refusal()).toMatchObject({ code: 'state-in-use' });
    state.close();
    const copy = await openCopy();
    expect(failureOf(() => openLocalState({ directory, now }))).toMatchObject({ code: 'state-in-use' });
    copy.close();
    open();
  });

  test('is not made of a state of an earlier version, which stays as it is', async () => {
    await withState();
    const path = join(directory, 'serversync.db');
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${formatVersion - 1}`);
    database.close();
    expect(await refusal()).toMatchObject({ code: 'state-older-version' });
    const after = new DatabaseSync(path, { readOnly: true });
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: formatVersion - 1 });
    after.close();
    expect(readdirSync(directory).toSorted()).toEqual(['serversync.db', 'serversync.lock']);
  });
});

describe('where there is no state yet, a copy', () => {
  test('is one of an empty state, and leaves nothing behind', async () => {
    const copy = await openCopy();
    await copy.records.putHeads([head(1)]);
    expect(existsSync(join(directory, 'serversync.db'))).toBe(true);
    copy.close();
    expect(readdirSync(temporary.directory)).toEqual([]);
  });

  test('leaves a directory that was there', async () => {
    mkdirSync(directory, { recursive: true });
    (await openCopy()).close();
    expect(readdirSync(directory)).toEqual(['serversync.lock']);
  });

  test('leaves what tells of a session that may be open, and no more; the next one takes it over', async () => {
    const first = await openCopy();
    await first.records.putHeads([head(1)]);
    const slot = await first.sessions.take('hq', 2, now(), orphanMs);
    if (slot === undefined) throw new Error('no slot');
    await first.sessions.opened(slot, 'token', now());
    first.close();
    expect(readdirSync(directory).toSorted()).toEqual(['serversync.db', 'serversync.lock']);
    const next = await openCopy();
    expect((await next.records.keys('contacts', 9)).length).toBe(0);
    const left = await next.sessions.take('hq', 2, now(), orphanMs);
    expect(left?.token).toBe('token');
    if (left) await next.sessions.free(left);
    next.close();
    expect(existsSync(join(directory, 'serversync.db'))).toBe(false);
  });

  test('is refused to whoever needs a state', async () => {
    expect(await refusal(true)).toMatchObject({ code: 'state-missing' });
    expect(existsSync(directory)).toBe(false);
    const copy = await openCopy();
    await copy.sessions.take('hq', 2, now(), orphanMs);
    copy.close();
    expect(await refusal(true)).toMatchObject({ code: 'state-missing' });
  });
});
