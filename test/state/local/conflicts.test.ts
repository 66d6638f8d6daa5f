import { expect, test } from 'vitest';
import { conflictKeptMs } from '../../../src/core/conflict.ts';
import { openLocalState } from '../../../src/state/local/local-state.ts';
import { conflict } from '../../contracts/samples.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { at } = conflict('any');
const stamped = { value: 'Bob', digest: 'd', stamp: { lo: at, hi: at } };

test('a conflict that says for how long it is kept goes then', async () => {
  const { directory, remove } = temporaryDirectory();
  const keptMs = 86_400_000;
  const choice = { at: at + 5 * keptMs, value: 'Ann', conflicts: [], before: { ...stamped, origin: 'hq' } };
  const state = openLocalState({ directory, now: () => at });
  await state.control.putConflicts([
    conflict('short', { keptMs }),
    conflict('agreed', { keptMs, agreedAt: at + 5 * keptMs }),
    conflict('chosen', { keptMs, choices: [choice] }),
    conflict('long', { keptMs: 200 * keptMs }),
    conflict('plain'),
  ]);
  const idsAt = async (days: number) => {
    await state.control.putConflicts([conflict('new', { at: at + days * keptMs })]);
    return (await state.control.conflicts(9)).map(({ id }) => id).toSorted();
  };
  expect(await idsAt(1)).toEqual(['agreed', 'chosen', 'long', 'new', 'plain', 'short']);
  expect(await idsAt(2)).toEqual(['agreed', 'chosen', 'long', 'new', 'plain']);
  expect(await idsAt(7)).toEqual(['long', 'new', 'plain']);
  expect(await idsAt(91)).toEqual(['long', 'new']);
  expect(await idsAt(201)).toEqual(['new']);
  state.close();
  remove();
});

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
