import { describe, expect, test } from 'vitest';
import type { DataUses } from '../../src/ports/control.ts';
import { closing, type Open } from './opened.ts';

export function describeDataUsesContract(name: string, open: Open<DataUses>): void {
  describe(`data uses: ${name}`, () => {
    const opened = closing(open);

    test('what is added to a day adds up, after a reopening too', async () => {
      const { port, reopen } = await opened();
      expect(await port.dataUse('hq', '2026-11')).toStrictEqual(new Map());
      await port.addDataUse({ server: 'hq', day: '2026-11-29', bytes: 5_000_000_000 });
      await port.addDataUse({ server: 'hq', day: '2026-11-29', bytes: 7 });
      await port.addDataUse({ server: 'hq', day: '2026-11-01', bytes: 1 });
      const sums = new Map([
        ['2026-11-01', 1],
        ['2026-11-29', 5_000_000_007],
      ]);
      expect(await port.dataUse('hq', '2026-11')).toStrictEqual(sums);
      expect(await (await reopen()).dataUse('hq', '2026-11')).toStrictEqual(sums);
    });

    test('each server and each month has sums of its own', async () => {
      const { port } = await opened();
      await port.addDataUse({ server: 'hq', day: '2026-10-31', bytes: 1 });
      await port.addDataUse({ server: 'hq', day: '2026-11-30', bytes: 2 });
      await port.addDataUse({ server: 'HQ', day: '2026-11-30', bytes: 4 });
      await port.addDataUse({ server: 'hq', day: '2026-12-01', bytes: 8 });
      expect(await port.dataUse('hq', '2026-11')).toStrictEqual(new Map([['2026-11-30', 2]]));
      expect(await port.dataUse('HQ', '2026-11')).toStrictEqual(new Map([['2026-11-30', 4]]));
      expect(await port.dataUse('hq', '2026-10')).toStrictEqual(new Map([['2026-10-31', 1]]));
    });

    test('of 20 that add at once each counts', async () => {
      const { port } = await opened();
      const all = Array.from({ length: 20 }, (_, at) =>
        port.addDataUse({ server: 'hq', day: '2026-11-29', bytes: at }),
      );
      await Promise.all(all);
      expect(await port.dataUse('hq', '2026-11')).toStrictEqual(new Map([['2026-11-29', 190]]));
    });
  });
}
