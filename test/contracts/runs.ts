import { describe, expect, test } from 'vitest';
import type { Runs } from '../../src/ports/control.ts';
import { closing, type Open } from './opened.ts';
import { run } from './samples.ts';

export function describeRunsContract(name: string, open: Open<Runs>): void {
  describe(`runs: ${name}`, () => {
    const opened = closing(open);

    test('runs come latest first, at most as many as asked for', async () => {
      const { port } = await opened();
      expect(await port.runs(9)).toStrictEqual([]);
      for (const startedAt of [5, 1000, 20]) await port.putRun(run(`at ${startedAt}`, { startedAt }));
      expect((await port.runs(2)).map((one) => one.id)).toStrictEqual(['at 1000', 'at 20']);
    });

    test('a run that is put again overwrites its own', async () => {
      const { port } = await opened();
      await port.putRun(run('a'));
      await port.putRun(run('a', { endedAt: 9, failures: [] }));
      expect(await port.runs(9)).toStrictEqual([run('a', { endedAt: 9, failures: [] })]);
    });

    test('a run is there after a reopening', async () => {
      const { port, reopen } = await opened();
      await port.putRun(run('a'));
      expect(await (await reopen()).runs(9)).toStrictEqual([run('a')]);
    });
  });
}
