import { afterEach, beforeEach, expect, test } from 'vitest';
import { rowsInOneTurn } from '../../../src/state/local/yielding.ts';
import { openLocalState } from '../../../src/state/local/local-state.ts';
import { failureOf } from './failure-of.ts';
import { otherProcess, type OtherProcess } from './other-process.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const now = (): number => 10_000;
let temporary: ReturnType<typeof temporaryDirectory>;
let others: OtherProcess[] = [];

async function started(work: 'hold' | 'put', lines = 1): Promise<OtherProcess> {
  const other = await otherProcess(work, temporary.directory, lines);
  others.push(other);
  return other;
}

beforeEach(() => {
  temporary = temporaryDirectory();
});

afterEach(async () => {
  for (const other of others) await other.kill();
  others = [];
  temporary.remove();
});

async function killAll(): Promise<void> {
  for (const other of others.splice(0)) await other.kill();
}

test('a second process is refused while the first lives, and let in once it was killed', async () => {
  const { directory } = temporary;
  await started('hold');
  const error = failureOf(() => openLocalState({ directory, now }));
  expect(error).toMatchObject({ code: 'state-in-use', disposition: 'retry' });
  expect(error.message).toContain(directory);
  expect(error.message).toContain('Ctrl-C');
  await killAll();
  const state = openLocalState({ directory, now });
  expect((await state.sessions.take('hq', 1, 1001, 900))?.token).toBe('left by the dead');
  state.close();
});

test('a refused opening does not let a third one in', async () => {
  const { directory } = temporary;
  const first = openLocalState({ directory, now });
  expect(failureOf(() => openLocalState({ directory, now })).code).toBe('state-in-use');
  await expect(started('hold')).rejects.toThrow(/state-in-use/);
  first.close();
  await expect(started('hold')).resolves.toBeDefined();
});

test('a state that another process works with can be read, and after it was killed too', async () => {
  const { directory } = temporary;
  await started('put', 2);
  const reader = openLocalState({ directory, now, readOnly: true });
  expect((await reader.records.count('contacts')).heads).toBeGreaterThanOrEqual(100);
  await killAll();
  expect((await reader.records.count('contacts')).heads).toBeGreaterThanOrEqual(100);
  reader.close();
});

test.each([1, 3, 10])('a process killed after %i rounds of puts leaves whole items only', async (rounds) => {
  const { directory } = temporary;
  await started('put', rounds);
  await killAll();
  const { records, control, close } = openLocalState({ directory, now });
  const rows = await control.openBatches('hq', 100_000);
  expect(rows.length).toBeGreaterThanOrEqual(rounds);
  for (const row of rows) {
    const keys = row.keys.map(({ key }) => key);
    const heads = await records.heads('contacts', keys);
    expect([...heads.values()].every((head) => head.createOnly['end'] === head.key)).toBe(true);
    expect(heads.size).toBe(50);
    expect((await records.replicas('contacts', 'hq', keys)).size).toBe(50);
    expect(row.sending.length).toBe(row.rev === 1 ? 0 : 50);
  }
  const counted = await records.count('contacts');
  expect(counted.heads % rowsInOneTurn).toBe(0);
  close();
});
