/** Processes that die in the middle of a transfer, and fields that come later: what is there in the end is the same. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { fileAt, fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';
import { until } from './support/until.ts';

const size = 60_000_000;

const opened = (table: object = withPictures): Promise<Bench> =>
  openBench({
    offices: { hq: { fields: pictureFields, rows: rows(0, 3) }, branch: { fields: pictureFields } },
    table: { ...table },
  });

const folderOf = ({ directory }: Bench): string => join(directory, '.serversync', 'files');

const namesIn = async (bench: Bench): Promise<readonly string[]> => readdir(folderOf(bench)).catch(() => []);

test('a process that dies while a file comes in leaves none, and the next brings it across', async () => {
  await using bench = await opened();
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'film.mov', size) });
  const running = bench.startRun();
  await until(async () => (await namesIn(bench)).some((name) => name.startsWith('partial-')), running.ended);
  running.child.kill('SIGKILL');
  await running.ended;
  expect((await namesIn(bench)).filter((name) => !name.startsWith('partial-'))).toEqual([]);
  expect((await bench.run()).exitCode).toBe(0);
  expect(await fileAt(bench.branch, 'K-00001', 'picture')).toEqual(
    await fileAt(bench.hq, 'K-00001', 'picture'),
  );
});

test('a process that dies while a file goes out leaves the record as it was, and the next makes no edit of it', async () => {
  await using bench = await opened();
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'film.mov', size) });
  const running = bench.startRun();
  await until(async () => (await namesIn(bench)).some((name) => !name.startsWith('partial-')), running.ended);
  running.child.kill('SIGKILL');
  await running.ended;
  const { exitCode, conflicts } = await bench.run();
  expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
  expect(await fileAt(bench.branch, 'K-00001', 'picture')).toEqual(
    await fileAt(bench.hq, 'K-00001', 'picture'),
  );
  bench.resetCounters();
  await bench.run();
  expect(bench.hq.stats.requests.upload + bench.branch.stats.requests.upload).toBe(0);
  expect(bench.hq.stats.requests.download).toBe(0);
});

test('a container that is named later has its pictures carried, of records that nobody edits too', async () => {
  await using bench = await opened({});
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 4_000) });
  expect((await bench.run()).exitCode).toBe(0);
  expect(bench.branch.value('K-00001', 'picture')).toBe('');
  await bench.configure((one) => {
    const { contacts } = Object(one['tables']);
    return { ...one, tables: { contacts: { ...contacts, ...withPictures } } };
  });
  await bench.run();
  expect((await bench.run()).exitCode).toBe(0);
  expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ name: 'a.png' });
});

test('a file that somebody put on a receiving server and that is too large parks the record there alone', async () => {
  await using bench = await opened();
  await bench.configure((one) => ({ ...one, containers: { limit: '1 MB' } }));
  await bench.run();
  bench.branch.edit('K-00001', { plan: fileOn(bench.branch, 'huge.mov', 2_000_000) });
  bench.hq.edit('K-00001', { name: 'from hq' });
  bench.hq.edit('K-00002', { name: 'from hq' });
  await bench.run();
  expect((await bench.status()).parkedRecords).toMatchObject([{ server: 'branch', code: 'file-too-large' }]);
  expect(bench.branch.value('K-00002', 'name')).toBe('from hq');
  bench.branch.edit('K-00001', { plan: '' });
  await bench.run();
  expect((await bench.run()).parked).toBe(0);
  expect(bench.branch.value('K-00001', 'name')).toBe('from hq');
});
