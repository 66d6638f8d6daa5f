/**
 * A large file goes from server to server without being held in memory: seen by the memory of the process that carries it, at its peak
 * (VmHWM). The simulated servers run in another one, this one.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openBench, type Bench } from './support/bench.ts';
import { fileAt, fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';

/** A quarter of it in memory would break the bound already. */
const size = 200_000_000;

/** Of the run as a process, MB; 0 where it is over. */
function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1000;
  } catch {
    return 0;
  }
}

async function runWatched(bench: Bench): Promise<{ readonly code: number | null; readonly peak: number }> {
  const running = bench.startRun();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(running.child.pid));
  }, 20);
  const { code } = await running.ended;
  clearInterval(watch);
  return { code, peak };
}

test.skipIf(process.platform !== 'linux')(
  'a file of 200 MB takes no more memory than a run without it and a few MB, and is not sent again',
  async () => {
    const offices = { hq: { fields: pictureFields, rows: rows(0, 2) }, branch: { fields: pictureFields } };
    await using bench = await openBench({ offices, table: withPictures });
    await bench.configure((one) => ({ ...one, containers: { limit: '1 GB' } }));
    const without = await runWatched(bench);
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'film.mov', size, 1, 'video/quicktime') });
    const carrying = await runWatched(bench);
    expect([without.code, carrying.code]).toEqual([0, 0]);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toEqual(
      await fileAt(bench.hq, 'K-00001', 'picture'),
    );
    expect(carrying.peak - without.peak).toBeLessThan(50);
    bench.resetCounters();
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.hq.stats.requests.download + bench.branch.stats.requests.upload).toBe(0);
  },
  120_000,
);
