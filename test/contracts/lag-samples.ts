import { describe, expect, test } from 'vitest';
import { type LagSample, samplesKeptMs } from '../../src/core/lag-sample.ts';
import type { LagSamples } from '../../src/ports/lag-samples.ts';
import { closing, type Open } from './opened.ts';

const sample = (at: number, parts: Partial<LagSample> = {}): LagSample => ({
  server: 'hq',
  at,
  lagMs: 1_500.5,
  pending: 3,
  from: at - 60_000,
  written: 7,
  ...parts,
});

export function describeLagSamplesContract(name: string, open: Open<LagSamples>): void {
  describe(`lag samples: ${name}`, () => {
    const opened = closing(open);
    const now = 100 * 86_400_000;

    test('those of a server come in the order of time, from the instant asked for, after a reopening too', async () => {
      const { port, reopen } = await opened();
      expect(await port.samples('hq', 0)).toStrictEqual([]);
      const all = [
        sample(now + 2, { lagMs: 0, pending: 0 }),
        sample(now),
        sample(now + 1, { server: 'branch' }),
      ];
      await port.putSamples(all);
      await port.putSamples([]);
      expect(await port.samples('hq', 0)).toStrictEqual([all[1], all[0]]);
      expect(await (await reopen()).samples('hq', now + 1)).toStrictEqual([all[0]]);
    });

    test('one of the same server and instant is overwritten', async () => {
      const { port } = await opened();
      await port.putSamples([sample(now), sample(now, { written: 9 })]);
      expect(await port.samples('hq', 0)).toStrictEqual([sample(now, { written: 9 })]);
    });

    test('what is within 30 days is kept, of each server by its own', async () => {
      const { port } = await opened();
      const old = now - samplesKeptMs;
      await port.putSamples([sample(old), sample(old - 1, { server: 'branch' }), sample(now)]);
      expect((await port.samples('hq', 0)).map(({ at }) => at)).toStrictEqual([old, now]);
      expect(await port.samples('branch', 0)).toHaveLength(1);
    });
  });
}
