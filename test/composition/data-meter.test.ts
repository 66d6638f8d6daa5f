import { expect, test } from 'vitest';
import { DataMeter } from '../../src/composition/data-meter.ts';
import { memoryControl } from '../support/memory/memory-ports.ts';

const evening = Date.parse('2026-11-30T23:30:00Z');

function metered({ ms = 60_000, bytes = 1_000 } = {}) {
  const control = memoryControl();
  const failures: unknown[] = [];
  let now = evening;
  let isDown = false;
  let writes = 0;
  const meter = new DataMeter({
    uses: {
      addDataUse: async (sent) => {
        if (isDown) throw new Error('down');
        writes += 1;
        await control.addDataUse(sent);
      },
    },
    clock: { now: () => now },
    zoneOf: (server) => (server === 'hq' ? 'UTC' : 'Europe/Berlin'),
    failed: (error) => failures.push(error),
    storeAfter: { ms, bytes },
  });
  const stored = async () => {
    await meter.storeIfDue();
    const months = ['2026-11', '2026-12'].flatMap((month) =>
      ['hq', 'branch'].map(async (server) => [...(await control.dataUse(server, month)).values()]),
    );
    return (await Promise.all(months)).flat();
  };
  return {
    meter,
    control,
    failures,
    stored,
    writes: () => writes,
    wait: (byMs: number) => (now += byMs),
    down: (is: boolean) => (isDown = is),
  };
}

test('nothing is stored before it is old or large enough, and then in one write', async () => {
  const { meter, stored, writes, wait } = metered();
  for (let answer = 0; answer < 9; answer += 1) meter.add('hq', 100);
  expect([await stored(), writes()]).toEqual([[], 0]);
  meter.add('hq', 100);
  expect([await stored(), writes()]).toEqual([[1000], 1]);
  meter.add('hq', 1);
  expect(await stored()).toEqual([1000]);
  wait(60_000);
  expect([await stored(), writes()]).toEqual([[1001], 2]);
});

test('an answer counts for the day of its server’s zone on which it came', async () => {
  const { meter, control, wait } = metered();
  meter.add('hq', 1);
  meter.add('branch', 2);
  wait(45 * 60_000);
  meter.add('hq', 4);
  await meter.store();
  expect(await control.dataUse('hq', '2026-11')).toEqual(new Map([['2026-11-30', 1]]));
  expect(await control.dataUse('hq', '2026-12')).toEqual(new Map([['2026-12-01', 4]]));
  expect(await control.dataUse('branch', '2026-12')).toEqual(new Map([['2026-12-01', 2]]));
});

test('what cannot be stored fails nothing, and is stored later, once', async () => {
  const { meter, stored, failures, down } = metered();
  down(true);
  meter.add('hq', 5);
  await meter.store();
  expect(failures).toHaveLength(1);
  down(false);
  meter.add('hq', 6);
  await meter.store();
  await meter.store();
  expect(await stored()).toEqual([11]);
});
