import { expect, test } from 'vitest';
import { conflictKeptMs } from '../../../src/core/conflict.ts';
import { openLocalState } from '../../../src/state/local/local-state.ts';
import { conflict } from '../../contracts/samples.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { at } = conflict('any');

test('conflicts go after 90 days: when others are put, and when the state is opened', async () => {
  const { directory, remove } = temporaryDirectory();
  const idsAt = async (now: number, ...put: readonly ReturnType<typeof conflict>[]) => {
    const state = openLocalState({ directory, now: () => now });
    await state.control.putConflicts(put);
    const ids = (await state.control.conflicts(9)).map(({ id }) => id);
    state.close();
    return ids;
  };
  const dayLater = at + 86_400_000;
  expect(await idsAt(at, conflict('c1'), conflict('open', { open: true }))).toEqual(['open', 'c1']);
  expect(await idsAt(at, conflict('c2', { at: dayLater }))).toEqual(['c2', 'open', 'c1']);
  const c3 = conflict('c3', { at: at + conflictKeptMs + 1 });
  expect(await idsAt(at, c3)).toEqual(['c3', 'c2', 'open']);
  expect(await idsAt(dayLater + conflictKeptMs + 1)).toEqual(['c3', 'open']);
  remove();
});
