/** Pictures and files in containers, from server to server over the Data API. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { fileAt, fileOn, pictureFields, textFileOn, withPictures } from './support/pictures.ts';
import { row, rows } from './support/rows.ts';

const two = (from = 0) => ({
  hq: { fields: pictureFields, rows: rows(from, 2) },
  branch: { fields: pictureFields },
});

const filesOf = async ({ directory }: Bench): Promise<readonly string[]> =>
  (await readdir(join(directory, '.serversync', 'files'))).toSorted((a, b) => a.localeCompare(b));

const uploads = (bench: Bench): number =>
  [...bench.offices.values()].reduce((sum, office) => sum + office.stats.requests.upload, 0);
const downloads = (bench: Bench): number =>
  [...bench.offices.values()].reduce((sum, office) => sum + office.stats.requests.download, 0);

describe('a picture', () => {
  test('goes across with its name and its type, and is not sent again', async () => {
    await using bench = await openBench({ offices: two(), table: withPictures });
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'Über uns (1).png', 3_000_000) });
    bench.hq.edit('K-00001', { plan: textFileOn(bench.hq, 'plan.pdf', 'a plan', 'application/pdf') });
    const { exitCode, parked } = await bench.run();
    expect({ exitCode, parked }).toEqual({ exitCode: 0, parked: 0 });
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toEqual(
      await fileAt(bench.hq, 'K-00001', 'picture'),
    );
    expect(await fileAt(bench.branch, 'K-00001', 'plan')).toMatchObject({
      name: 'plan.pdf',
      type: 'application/pdf',
    });
    expect(await filesOf(bench)).toHaveLength(2);
    bench.resetCounters();
    await bench.run();
    await bench.run();
    expect([uploads(bench), downloads(bench)]).toEqual([0, 0]);
    expect(bench.hq.stats.writes + bench.branch.stats.writes).toBe(0);
  });

  test('is neither sent again nor taken for changed when something else of its record is edited, on either side', async () => {
    await using bench = await openBench({ offices: two(), table: withPictures });
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 5_000) });
    await bench.run();
    bench.resetCounters();
    bench.hq.edit('K-00001', { name: 'from hq' });
    await bench.run();
    bench.branch.edit('K-00001', { notes: 'from branch' });
    const { conflicts } = await bench.run();
    expect([uploads(bench), conflicts]).toEqual([0, 0]);
    expect(bench.hq.value('K-00001', 'notes')).toBe('from branch');
    expect(bench.branch.value('K-00001', 'name')).toBe('from hq');
  });

  test('that is replaced, emptied or changed back goes to the other side as it is', async () => {
    await using bench = await openBench({ offices: two(), table: withPictures });
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 5_000, 1) });
    await bench.run();
    bench.branch.edit('K-00001', { picture: fileOn(bench.branch, 'b.png', 7_000, 2) });
    await bench.run();
    expect(await fileAt(bench.hq, 'K-00001', 'picture')).toMatchObject({ name: 'b.png', size: 7_000 });
    bench.hq.edit('K-00001', { picture: '' });
    await bench.run();
    expect(bench.branch.value('K-00001', 'picture')).toBe('');
    bench.branch.edit('K-00001', { picture: fileOn(bench.branch, 'a.png', 5_000, 1) });
    const { exitCode, conflicts } = await bench.run();
    expect(await fileAt(bench.hq, 'K-00001', 'picture')).toMatchObject({ name: 'a.png', size: 5_000 });
    expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
  });

  test('goes with a record that is new on both sides alike, and an empty container gives way', async () => {
    await using bench = await openBench({
      offices: {
        hq: { fields: pictureFields, rows: [row(1)] },
        branch: { fields: pictureFields, rows: [row(1), row(2)] },
      },
      table: withPictures,
    });
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 5_000) });
    bench.branch.edit('K-00001', { plan: fileOn(bench.branch, 'plan.pdf', 6_000, 2) });
    bench.branch.edit('K-00002', { picture: fileOn(bench.branch, 'b.png', 7_000, 3) });
    expect((await bench.run()).exitCode).toBe(0);
    for (const office of [bench.hq, bench.branch]) {
      expect(await fileAt(office, 'K-00001', 'picture')).toMatchObject({ name: 'a.png' });
      expect(await fileAt(office, 'K-00001', 'plan')).toMatchObject({ name: 'plan.pdf' });
      expect(await fileAt(office, 'K-00002', 'picture')).toMatchObject({ name: 'b.png' });
    }
  });

  test('is read once where several receive it', async () => {
    const offices = { ...two(1), shop: { fields: pictureFields } };
    await using bench = await openBench({ offices, table: withPictures });
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 2_000_000) });
    await bench.run();
    // One address with a cookie, and the bytes.
    expect([bench.hq.stats.requests.download, downloads(bench), uploads(bench)]).toEqual([2, 2, 2]);
    expect(await fileAt(bench.office('shop'), 'K-00001', 'picture')).toMatchObject({ name: 'a.png' });
  });
});

test('where servers do not tell names of files, nothing bounces, and the file is the same', async () => {
  const silent = { fields: pictureFields, containers: { names: false } };
  await using bench = await openBench({
    offices: { hq: { ...silent, rows: rows(0, 2) }, branch: silent },
    table: withPictures,
  });
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 5_000) });
  await bench.run();
  expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({
    size: 5_000,
    name: 'picture.png',
  });
  bench.resetCounters();
  bench.branch.edit('K-00001', { name: 'from branch' });
  await bench.run();
  bench.hq.edit('K-00001', { name: 'from hq' });
  const { conflicts } = await bench.run();
  expect([uploads(bench), conflicts]).toEqual([0, 0]);
});
