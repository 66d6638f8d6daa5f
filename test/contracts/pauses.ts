import { describe, expect, test } from 'vitest';
import type { PauseList } from '../../src/core/pause.ts';
import type { Pauses } from '../../src/ports/pauses.ts';
import { closing, type Open } from './opened.ts';

const at = 1_732_000_000_000;

const list = (rev: number, pauses: PauseList['pauses'] = []): PauseList => ({ rev, pauses });

export function describePausesContract(name: string, open: Open<Pauses>): void {
  describe(`pauses: ${name}`, () => {
    const opened = closing(open);

    test('what is paused is read as it was put, after a reopening too', async () => {
      const { port, reopen } = await opened();
      const one = list(1, [
        { at },
        { at, server: 'hq', until: at + 1.5 },
        { at, table: 'contacts' },
        { at, table: 'contacts', server: 'hq', until: at },
      ]);
      expect(await port.pauses()).toBe(undefined);
      expect(await port.putPauses(one)).toBe(true);
      expect(await port.pauses()).toStrictEqual(one);
      expect(await (await reopen()).pauses()).toStrictEqual(one);
    });

    test.each([0, 1, 2, 4])('after rev 2, rev %i is refused and 2 stays', async (rev) => {
      const { port } = await opened();
      expect(await port.putPauses(list(2))).toBe(false);
      for (const before of [1, 2]) expect(await port.putPauses(list(before))).toBe(true);
      expect(await port.putPauses(list(rev, [{ at }]))).toBe(false);
      expect(await port.pauses()).toStrictEqual(list(2));
    });

    test('of 20 that put the same rev at once exactly one does', async () => {
      const { port } = await opened();
      const all = Array.from({ length: 20 }, (_, n) => port.putPauses(list(1, [{ at: at + n }])));
      expect((await Promise.all(all)).filter(Boolean)).toHaveLength(1);
    });
  });
}
