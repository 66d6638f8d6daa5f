import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChangesPlace } from '../../src/core/bookmark.ts';
import { changesSince } from '../../src/engine/changes.ts';
import { placeOf } from '../../src/engine/engine.ts';
import { ModelServer } from './model/model-server.ts';
import { Scheduler } from './model/scheduler.ts';
import { diceOf } from './model/seeded-random.ts';
import { World } from './model/world.ts';

const never = new AbortController().signal;
const calm = { servers: 2, crash: 0, stale: 0, lost: 0, unique: true };
const start = Date.UTC(2026, 10, 1);

/** A server whose rows were stamped at these seconds after the start; pages hold 3. */
function serverWith(seconds: readonly number[]): { world: World; hq: ModelServer } {
  const world = new World(new Scheduler(diceOf(1), 100), calm);
  const hq = world.servers.get('hq') ?? new ModelServer('hq', 0, world.scheduler);
  hq.rows = seconds.map((second, index) => {
    const stampMs = start + second * 1000;
    const stamp = { kind: 'wall', wall: stampMs } as const;
    return { recordId: String(index), modId: 0, key: `k${index}`, values: {}, stamp, stampMs, editedAt: 0 };
  });
  return { world, hq };
}

type Reading = {
  /** Seconds after the start; `now` is the latest that a right clock may show. */
  readonly from: number;
  readonly now: number;
  /** Pages after which it stops and another reading goes on from there; default none. */
  readonly pagesInOne?: number;
  /** Between two of them. */
  readonly meanwhile?: () => void;
  /** Called with each page. */
  readonly given?: () => void;
};

/** The record ids at or after `from`, as read. */
async function readSince(
  world: World,
  {
    from,
    now,
    pagesInOne = Number.POSITIVE_INFINITY,
    meanwhile = () => undefined,
    given = () => undefined,
  }: Reading,
): Promise<readonly string[]> {
  const ids: string[] = [];
  const process = world.scheduler.start('read', async (one) => {
    const engine = world.engineOf(one);
    const place = placeOf(engine, 'contacts', 'hq');
    if (place === undefined) throw new Error('no such place');
    let next: ChangesPlace | undefined = { from: start + from * 1000 };
    while (next !== undefined) {
      let behind: ChangesPlace | undefined;
      let pages = 0;
      for await (const page of changesSince(engine, place, next, start + now * 1000, never)) {
        ids.push(...page.records.map((record) => record.recordId));
        pages += 1;
        given();
        behind = page.behind;
        if (pages >= pagesInOne && behind !== undefined) break;
      }
      next = pages >= pagesInOne ? behind : undefined;
      meanwhile();
    }
  });
  while (!process.ended) await world.scheduler.step();
  if (process.failure) throw process.failure;
  return ids;
}

describe('the changes since a bound', () => {
  test('R1: are all found, those stamped in the future and many in one second included', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constantFrom(77, 78)), {
          maxLength: 120,
          size: 'max',
        }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        async (seconds, from, later) => {
          const { world, hq } = serverWith(seconds);
          const read = new Set(await readSince(world, { from, now: from + later }));
          const wanted = hq.rows.filter((row) => row.stampMs >= start + from * 1000);
          expect(wanted.filter((row) => !read.has(row.recordId))).toEqual([]);
          expect(read.size).toBe(wanted.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('R1: are all found by readings that stop and go on, while people edit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constantFrom(77, 78)), {
          minLength: 40,
          maxLength: 120,
        }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat(119)),
        async (seconds, from, pagesInOne, edited) => {
          const { world, hq } = serverWith(seconds);
          const wanted = hq.rows.filter((row) => row.stampMs >= start + from * 1000);
          let now = 500;
          const meanwhile = (): void => {
            const at = Number(edited.next().value);
            now += 1;
            const stampMs = start + now * 1000;
            if (now < 520)
              hq.rows = hq.rows.map((row, index) =>
                index === at ? { ...row, stampMs, stamp: { kind: 'wall', wall: stampMs } as const } : row,
              );
          };
          const read = new Set(await readSince(world, { from, now, pagesInOne, meanwhile }));
          expect(wanted.filter((row) => !read.has(row.recordId))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('take one find where they fit a page, and where there are none', async () => {
    const { world, hq } = serverWith([1, 2, 3]);
    await readSince(world, { from: 0, now: 10 });
    expect(hq.finds).toBe(1);
    await readSince(world, { from: 5, now: 10 });
    expect(hq.finds).toBe(2);
  });

  test('that are too many for one find begin with what the first find showed', async () => {
    const { world, hq } = serverWith(Array.from({ length: 60 }, (_, at) => at));
    let finds = 0;
    await readSince(world, { from: 0, now: 100, given: () => (finds ||= hq.finds) });
    expect(finds).toBe(1);
  });

  test.each([
    ['one heap at the end of a long time', Array.from({ length: 200 }, (_, at) => 150_000 + (at % 100))],
    ['one heap at its start', Array.from({ length: 200 }, (_, at) => 100 + (at % 100))],
    ['two heaps', Array.from({ length: 200 }, (_, at) => (at % 2) * 90_000 + 5_000 + (at % 100))],
    ['no heap', Array.from({ length: 200 }, (_, at) => at * 900)],
  ])('that are many take about a find for each page of them: %s', async (_, seconds) => {
    const { world, hq } = serverWith(seconds);
    const read = await readSince(world, { from: 0, now: 180_000 });
    expect(new Set(read).size).toBe(200);
    expect(hq.finds).toBeLessThanOrEqual(110);
  });
});
