import { describe, expect, test } from 'vitest';
import type { DeleteLogState } from '../../src/core/delete-log.ts';
import type { DeleteLogs } from '../../src/ports/control.ts';
import { closing, type Open } from './opened.ts';

const at = 1_732_000_000_000;
const mark = { epoch: 2, at: at - 0.5, setAt: at, wideAt: at - 9 };
const place = { offset: 499, seen: ['1', '77'] };

const state = (generation: number, parts: Partial<DeleteLogState> = {}): DeleteLogState => ({
  table: 'contacts',
  server: 'hq',
  generation,
  log: '["Main","Löschungen","key","at"]',
  read: mark,
  ...parts,
});

const states: readonly DeleteLogState[] = [
  state(1),
  state(1, { underWay: { startedAt: at, mark } }),
  state(1, { underWay: { startedAt: at, mark, place: { kind: 'listing', place } } }),
  state(1, { underWay: { startedAt: at, mark, place: { kind: 'changes', from: 7, within: { place } } } }),
];

export function describeDeleteLogsContract(name: string, open: Open<DeleteLogs>): void {
  describe(`delete logs: ${name}`, () => {
    const opened = closing(open);

    test.each(states)('one is read as it was put, after a reopening too: $underWay', async (one) => {
      const { port, reopen } = await opened();
      expect(await port.deleteLog('contacts', 'hq')).toBe(undefined);
      expect(await port.putDeleteLog(one)).toBe(true);
      expect(await port.deleteLog('contacts', 'hq')).toStrictEqual(one);
      expect(await port.deleteLog('contacts', 'HQ')).toBe(undefined);
      expect(await (await reopen()).deleteLog('contacts', 'hq')).toStrictEqual(one);
    });

    test.each([0, 1, 2, 4])(
      'after generation 2, generation %i is refused and 2 stays',
      async (generation) => {
        const { port } = await opened();
        expect(await port.putDeleteLog(state(2))).toBe(false);
        for (const before of [1, 2]) expect(await port.putDeleteLog(state(before))).toBe(true);
        expect(await port.putDeleteLog(state(generation, { log: 'another' }))).toBe(false);
        expect(await port.deleteLog('contacts', 'hq')).toStrictEqual(state(2));
      },
    );

    test('tables and servers have logs of their own', async () => {
      const { port } = await opened();
      const all = [state(1), state(1, { server: 'branch' }), state(1, { table: 'invoices' })];
      for (const one of all) expect(await port.putDeleteLog(one)).toBe(true);
      for (const one of all) expect(await port.deleteLog(one.table, one.server)).toStrictEqual(one);
    });

    test('of 20 that put the same generation at once exactly one does', async () => {
      const { port } = await opened();
      const all = Array.from({ length: 20 }, (_, n) => port.putDeleteLog(state(1, { log: `log ${n}` })));
      expect((await Promise.all(all)).filter(Boolean)).toHaveLength(1);
    });
  });
}
