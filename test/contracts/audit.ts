import { describe, expect, test } from 'vitest';
import type { Audit } from '../../src/ports/audit.ts';
import { closing, type Open } from './opened.ts';
import { act } from './samples.ts';

export function describeAuditContract(name: string, open: Open<Audit>): void {
  describe(`audit: ${name}`, () => {
    const opened = closing(open);

    test('acts come latest first, at most as many as asked for, those of one instant by their ids', async () => {
      const { port } = await opened();
      expect(await port.acts(9)).toStrictEqual([]);
      for (const [id, at] of [
        ['b', 5],
        ['c', 1_000.5],
        ['a', 20],
        ['d', 20],
      ] as const)
        await port.putAct(act(id, { at }));
      expect((await port.acts(3)).map(({ id }) => id)).toStrictEqual(['c', 'd', 'a']);
    });

    test('an act is there after a reopening, as it was', async () => {
      const { port, reopen } = await opened();
      const acts = [act('b', { key: 'k "Ö"\n', records: 3, how: 'keep branch' }), act('a')];
      for (const one of acts) await port.putAct(one);
      expect(await (await reopen()).acts(9)).toStrictEqual(acts);
    });

    test('what was stored is changed by nobody', async () => {
      const { port } = await opened();
      await port.putAct(act('a'));
      await port.putAct(act('a', { by: 'somebody else' }));
      expect(await port.acts(9)).toStrictEqual([act('a')]);
    });
  });
}
