import { expect, test } from 'vitest';
import { openLocalState } from '../../../src/state/local/local-state.ts';
import { historyEntry } from '../../contracts/samples.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const until = (version: number, at: number, keepUntil: number) => historyEntry(version, { at, keepUntil });

test('entries go when their time is over: when others are stored, and when the state is opened', async () => {
  const { directory, remove } = temporaryDirectory();
  const versionsAt = async (now: number, ...put: readonly ReturnType<typeof historyEntry>[]) => {
    const state = openLocalState({ directory, now: () => now });
    await state.control.putHistory(put);
    const versions = (await state.control.history('contacts', 'k1', 9)).map(({ version }) => version);
    state.close();
    return versions;
  };
  expect(await versionsAt(10, until(2, 10, 110), until(3, 10, 500))).toEqual([3, 2]);
  expect(await versionsAt(10, until(4, 110, 600))).toEqual([4, 3, 2]);
  expect(await versionsAt(10, until(5, 111, 700))).toEqual([5, 4, 3]);
  expect(await versionsAt(501)).toEqual([5, 4]);
  remove();
});
