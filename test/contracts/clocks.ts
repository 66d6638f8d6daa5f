import { describe, expect, test } from 'vitest';
import type { Clocks } from '../../src/ports/control.ts';
import { closing, type Open, portOf } from './opened.ts';
import { clockState } from './samples.ts';

export function describeClocksContract(name: string, open: Open<Clocks>): void {
  describe(`clocks: ${name}`, () => {
    const opened = closing(open);
    const openPort = portOf(opened);

    test('there is no state before one was put, and then the last one that was', async () => {
      const port = await openPort();
      const stepped = clockState(2, {
        stamping: { lo: -1, hi: 1 },
        step: { byMs: -3600000, at: 9 },
        epoch: 2,
      });
      expect(await port.clock('hq')).toBe(undefined);
      expect(await port.putClock(clockState(1))).toBe(true);
      expect(await port.clock('hq')).toStrictEqual(clockState(1));
      expect(await port.putClock(stepped)).toBe(true);
      expect(await port.clock('hq')).toStrictEqual(stepped);
    });

    test.each([0, 2])('a first state of rev %i is refused and not stored', async (rev) => {
      const port = await openPort();
      expect(await port.putClock(clockState(rev))).toBe(false);
      expect(await port.clock('hq')).toBe(undefined);
      expect(await port.clockHistory('hq', 9)).toStrictEqual([]);
    });

    test.each([1, 2, 4])('after rev 2, rev %i is refused and history stays as it was', async (rev) => {
      const port = await openPort();
      for (const before of [1, 2]) await port.putClock(clockState(before));
      expect(await port.putClock(clockState(rev, { epoch: 9 }))).toBe(false);
      expect(await port.clockHistory('hq', 9)).toStrictEqual([clockState(2), clockState(1)]);
    });

    test('history comes latest first, past rev 9 too, at most as much as asked for', async () => {
      const port = await openPort();
      for (let rev = 1; rev <= 12; rev++) await port.putClock(clockState(rev));
      const history = await port.clockHistory('hq', 4);
      expect(history.map((state) => state.rev)).toStrictEqual([12, 11, 10, 9]);
      expect((await port.clockHistory('hq', 99)).length).toBe(12);
    });

    test('each server has a clock of its own', async () => {
      const port = await openPort();
      await port.putClock(clockState(1));
      expect(await port.putClock(clockState(2, { server: 'branch' }))).toBe(false);
      expect(await port.putClock(clockState(1, { server: 'branch' }))).toBe(true);
      expect(await port.clockHistory('hq', 9)).toStrictEqual([clockState(1)]);
    });

    test('of 20 states of the same rev at once exactly one wins', async () => {
      const port = await openPort();
      const all = Array.from({ length: 20 }, (_, measuredAt) => clockState(1, { measuredAt }));
      const done = await Promise.all(all.map((one) => port.putClock(one)));
      expect(done.filter(Boolean)).toHaveLength(1);
      expect(await port.clockHistory('hq', 9)).toStrictEqual([all[done.indexOf(true)]]);
    });

    test("users' clocks are kept for each table and server, each put on the one before", async () => {
      const port = await openPort();
      const first = { table: 'contacts', server: 'hq', rev: 1, worstByDay: { 20000: 5 } };
      expect(await port.userClock('contacts', 'hq')).toBe(undefined);
      expect(await port.putUserClock(first)).toBe(true);
      expect(await port.putUserClock({ ...first, server: 'branch', worstByDay: {} })).toBe(true);
      expect(await port.userClock('contacts', 'hq')).toStrictEqual(first);
      const second = { ...first, rev: 2, worstByDay: { 20001: 7.5 } };
      expect(await port.putUserClock(second)).toBe(true);
      for (const rev of [1, 2, 4]) expect(await port.putUserClock({ ...first, rev })).toBe(false);
      expect(await port.userClock('contacts', 'hq')).toStrictEqual(second);
      expect(await port.userClock('invoices', 'hq')).toBe(undefined);
      expect(await port.putUserClock({ ...first, table: 'invoices', rev: 2 })).toBe(false);
    });

    test("of two processes that saw a user's clock at once one has to look again", async () => {
      const port = await openPort();
      const seen = [5, 7].map((worst) => ({
        table: 'contacts',
        server: 'hq',
        rev: 1,
        worstByDay: { 20000: worst },
      }));
      const done = await Promise.all(seen.map((one) => port.putUserClock(one)));
      expect(done.filter(Boolean)).toHaveLength(1);
      expect(await port.userClock('contacts', 'hq')).toStrictEqual(seen[done.indexOf(true)]);
    });

    test('clocks are there after a reopening, with their history', async () => {
      const { port, reopen } = await opened();
      for (const rev of [1, 2]) await port.putClock(clockState(rev));
      const after = await reopen();
      expect(await after.putClock(clockState(2))).toBe(false);
      expect(await after.clockHistory('hq', 9)).toStrictEqual([clockState(2), clockState(1)]);
    });
  });
}
