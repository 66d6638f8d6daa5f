import { describe, expect, test } from 'vitest';
import type { Watermarks } from '../../src/ports/control.ts';
import { closing, type Open, portOf } from './opened.ts';
import { watermark } from './samples.ts';

export function describeWatermarksContract(name: string, open: Open<Watermarks>): void {
  describe(`watermarks: ${name}`, () => {
    const opened = closing(open);
    const openPort = portOf(opened);

    test('there is none before one was put, and then the one that was put', async () => {
      const port = await openPort();
      expect(await port.watermark('contacts', 'hq')).toBe(undefined);
      expect(await port.putWatermark(watermark(1))).toBe(true);
      expect(await port.watermark('contacts', 'hq')).toStrictEqual(watermark(1));
    });

    test.each([0, 2])('a first one of generation %i is refused and not stored', async (generation) => {
      const port = await openPort();
      expect(await port.putWatermark(watermark(generation))).toBe(false);
      expect(await port.watermark('contacts', 'hq')).toBe(undefined);
    });

    test.each([1, 2, 4])('after generation 2, generation %i is refused and 2 stays', async (generation) => {
      const port = await openPort();
      for (const before of [1, 2]) await port.putWatermark(watermark(before));
      expect(await port.putWatermark(watermark(generation, { at: 1 }))).toBe(false);
      expect(await port.watermark('contacts', 'hq')).toStrictEqual(watermark(2));
    });

    test('those of a table are dropped together, and the next one begins at generation 1', async () => {
      const port = await openPort();
      await port.putWatermark(watermark(1));
      await port.putWatermark(watermark(2));
      await port.putWatermark(watermark(1, { server: 'branch' }));
      await port.putWatermark(watermark(1, { table: 'invoices' }));
      await port.dropWatermarks('contacts');
      expect(await port.watermark('contacts', 'hq')).toBe(undefined);
      expect(await port.watermark('contacts', 'branch')).toBe(undefined);
      expect(await port.watermark('invoices', 'hq')).toStrictEqual(watermark(1, { table: 'invoices' }));
      expect(await port.putWatermark(watermark(3))).toBe(false);
      expect(await port.putWatermark(watermark(1))).toBe(true);
    });

    test('a later generation may lie lower, as after a clock that stepped', async () => {
      const port = await openPort();
      await port.putWatermark(watermark(1));
      expect(await port.putWatermark(watermark(2, { at: 5, epoch: 2 }))).toBe(true);
      expect((await port.watermark('contacts', 'hq'))?.at).toBe(5);
    });

    test('what was read up to advances without a generation, of several tables at once', async () => {
      const port = await openPort();
      for (const table of ['contacts', 'invoices'])
        await port.putWatermark(watermark(1, { table, wideAt: 7 }));
      for (const table of ['contacts', 'invoices']) await port.watermark(table, 'hq');
      const further = { at: 50, setAt: 60, epoch: 2 };
      await port.advanceWatermarks('hq', [
        watermark(1, { table: 'contacts', ...further, fields: ['other'], newest: [] }),
        watermark(1, { table: 'invoices', ...further, wideAt: 55 }),
      ]);
      expect(await port.watermark('contacts', 'hq')).toStrictEqual(watermark(1, { ...further, wideAt: 7 }));
      expect(await port.watermark('invoices', 'hq')).toStrictEqual(
        watermark(1, { table: 'invoices', ...further, wideAt: 55 }),
      );
      await port.advanceWatermarks('hq', [watermark(1, { ...further, at: 70 })]);
      expect((await port.watermark('contacts', 'hq'))?.at).toBe(70);
      expect((await port.watermark('invoices', 'hq'))?.at).toBe(50);
      expect(await port.putWatermark(watermark(2, { at: 5 }))).toBe(true);
      expect(await port.watermark('contacts', 'hq')).toStrictEqual(watermark(2, { at: 5 }));
    });

    test('R1: what advances is the watermark that was read, and none that was put or dropped since', async () => {
      const port = await openPort();
      const late = { at: 1e13, setAt: 1e13 };
      await port.putWatermark(watermark(1));
      await port.watermark('contacts', 'hq');
      await port.putWatermark(watermark(2));
      await port.advanceWatermarks('hq', [watermark(1, late)]);
      expect(await port.watermark('contacts', 'hq')).toStrictEqual(watermark(2));
      await port.dropWatermarks('contacts');
      await port.advanceWatermarks('hq', [watermark(2, late)]);
      expect(await port.watermark('contacts', 'hq')).toBe(undefined);
      for (const generation of [1, 2]) await port.putWatermark(watermark(generation, { setAt: 5 }));
      expect(await port.watermark('contacts', 'hq')).toStrictEqual(watermark(2, { setAt: 5 }));
    });

    test('tables and servers have watermarks of their own', async () => {
      const port = await openPort();
      await port.putWatermark(watermark(1));
      expect(await port.putWatermark(watermark(2, { server: 'branch' }))).toBe(false);
      expect(await port.putWatermark(watermark(1, { server: 'branch' }))).toBe(true);
      expect(await port.putWatermark(watermark(1, { table: 'invoices' }))).toBe(true);
      expect(await port.watermark('contacts', 'hq')).toStrictEqual(watermark(1));
    });

    test('of 20 runs that put the same generation at once exactly one wins', async () => {
      const port = await openPort();
      const all = Array.from({ length: 20 }, (_, at) => watermark(1, { at }));
      const done = await Promise.all(all.map((one) => port.putWatermark(one)));
      expect(done.filter(Boolean)).toHaveLength(1);
      expect(await port.watermark('contacts', 'hq')).toStrictEqual(all[done.indexOf(true)]);
    });

    test('a watermark is there after a reopening, with its condition', async () => {
      const { port, reopen } = await opened();
      await port.putWatermark(watermark(1));
      const after = await reopen();
      expect(await after.putWatermark(watermark(1, { at: 9 }))).toBe(false);
      expect(await after.watermark('contacts', 'hq')).toStrictEqual(watermark(1));
    });
  });
}
