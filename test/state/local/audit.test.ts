import { expect, test } from 'vitest';
import { actKeptMs } from '../../../src/core/act.ts';
import { openLocalState } from '../../../src/state/local/local-state.ts';
import { act } from '../../contracts/samples.ts';
import { temporaryDirectory } from './temporary-directory.ts';

test('an act goes after 400 days, or after as many as it says, when the state is opened', async () => {
  const { directory, remove } = temporaryDirectory();
  const dayMs = 86_400_000;
  const idsAt = async (now: number) => {
    using state = openedAt(directory, now);
    return (await state.control.acts(9)).map(({ id }) => id);
  };
  {
    using state = openedAt(directory, 0);
    for (const [id, kept] of [
      ['plain', {}],
      ['short', { keptMs: 30 * dayMs }],
      ['long', { keptMs: 500 * dayMs }],
    ] as const)
      await state.control.putAct(act(id, { at: 0, ...kept }));
  }
  expect(await idsAt(30 * dayMs)).toEqual(['short', 'plain', 'long']);
  expect(await idsAt(30 * dayMs + 1)).toEqual(['plain', 'long']);
  expect(await idsAt(actKeptMs + 1)).toEqual(['long']);
  expect(await idsAt(500 * dayMs + 1)).toEqual([]);
  remove();
});

function openedAt(directory: string, now: number) {
  const state = openLocalState({ directory, now: () => now });
  return { ...state, [Symbol.dispose]: state.close };
}
