/** Large files whose record cannot be put down before the time is over, as that of a function on AWS is: what came stays, and is asked for no more. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { fileAt, fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';
import { until } from './support/until.ts';

const size = 20_000_000;

const opened = (settings: object): Promise<Bench> =>
  openBench({
    offices: { hq: { fields: pictureFields, rows: rows(0, 3) }, branch: { fields: pictureFields } },
    table: withPictures,
    settings: { largeFileBytes: 10_000_000, ...settings },
  });

const folderOf = ({ directory }: Bench): string => join(directory, '.serversync', 'files');

type InFolder = { readonly whole: readonly string[]; readonly coming: readonly string[] };

async function inFolder(bench: Bench): Promise<InFolder> {
  const names = await readdir(folderOf(bench)).catch(() => []);
  const { whole = [], coming = [] } = Object.groupBy(names, (name) =>
    name.startsWith('partial-') ? 'coming' : 'whole',
  );
  return { whole, coming };
}

/** A run whose time is over as soon as that holds. */
async function cutOffWhen(bench: Bench, holds: (there: InFolder) => boolean): Promise<void> {
  const over = new AbortController();
  const run = bench.run(over.signal).catch(() => undefined);
  await until(async () => holds(await inFolder(bench)), run);
  over.abort(new Error('time is over'));
  await run;
}

/** When each file was stored last: one that came twice is stored twice. */
const storedAt = async (bench: Bench): Promise<ReadonlyMap<string, number>> =>
  new Map(
    await Promise.all(
      (await inFolder(bench)).whole.map(
        async (name) => [name, (await stat(join(folderOf(bench), name))).mtimeMs] as const,
      ),
    ),
  );

test('runs that are cut off in the middle bring a record with two large files across, one at a time and none twice', async () => {
  await using bench = await opened({});
  const film = (seed: number) => fileOn(bench.hq, `${seed}.mov`, size, seed);
  bench.hq.edit('K-00001', { picture: film(1), plan: film(2) });
  bench.hq.edit('K-00002', { picture: film(3) });
  let atOnce = 0;
  const noted = ({ whole, coming }: InFolder, wanted: number): boolean => {
    atOnce = Math.max(atOnce, coming.length);
    return whole.length >= wanted && coming.length > 0;
  };
  await cutOffWhen(bench, (there) => noted(there, 1));
  const first = await storedAt(bench);
  await cutOffWhen(bench, (there) => noted(there, 2));
  const second = await storedAt(bench);
  expect([first.size, second.size]).toEqual([1, 2]);
  expect((await bench.run()).exitCode).toBe(0);
  const last = await storedAt(bench);
  expect(last.size).toBe(3);
  expect(new Map([...last].filter(([name]) => second.has(name)))).toEqual(second);
  expect(new Map([...second].filter(([name]) => first.has(name)))).toEqual(first);
  expect(atOnce).toBe(1);
  for (const field of ['picture', 'plan'])
    expect(await fileAt(bench.branch, 'K-00001', field)).toEqual(await fileAt(bench.hq, 'K-00001', field));
  expect(await fileAt(bench.branch, 'K-00002', 'picture')).toMatchObject({ name: '3.mov' });
}, 60_000);

const underWay = ({ coming }: InFolder): boolean => coming.length > 0;

test('a file that is not through when the time is over, three times, is parked with advice, and tried no more until somebody asks or edits the record', async () => {
  await using bench = await opened({ slowFileMs: 0 });
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'film.mov', size) });
  for (let run = 0; run < 3; run += 1) await cutOffWhen(bench, underWay);
  bench.resetCounters();
  for (let run = 0; run < 2; run += 1) expect((await bench.run()).parked).toBe(1);
  expect((await bench.status()).parkedRecords).toMatchObject([
    {
      server: 'hq',
      key: 'K-00001',
      code: 'file-slow',
      reason: expect.stringMatching(
        /^the file in container picture .* in each of 3 tries .*lower containers: limit/,
      ),
    },
  ]);
  expect([bench.hq.stats.requests.download, bench.branch.byKey.size]).toEqual([0, 3]);
  await bench.command('parked retry');
  await cutOffWhen(bench, underWay);
  bench.resetCounters();
  expect((await bench.run()).parked).toBe(1);
  expect(bench.hq.stats.requests.download).toBe(0);
  bench.hq.edit('K-00001', { name: 'edited' });
  expect((await bench.run()).parked).toBe(0);
  expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ name: 'film.mov' });
}, 60_000);
