/** Pictures and files in containers where servers are spoken to over OData, on one side or on both. */
import { describe, expect, test } from 'vitest';
import { openBench, type Bench } from './support/bench.ts';
import { fileAt, fileOn, pictureFields, textFileOn, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';

const overOData = { api: 'odata' };
const byTable = { table: 'Contacts', layout: undefined };

const opened = (...names: readonly ('hq' | 'branch')[]): Promise<Bench> =>
  openBench({
    offices: { hq: { fields: pictureFields, rows: rows(0, 3) }, branch: { fields: pictureFields } },
    servers: Object.fromEntries(names.map((name) => [name, overOData])),
    links: Object.fromEntries(names.map((name) => [name, byTable])),
    table: withPictures,
  });

const uploads = (bench: Bench): number => bench.hq.stats.requests.upload + bench.branch.stats.requests.upload;

describe.each([
  ['on both sides', ['hq', 'branch']],
  ['where they come from', ['hq']],
  ['where they go', ['branch']],
] as const)('OData %s', (_where, names) => {
  test('carries pictures both ways, and sends none again', async () => {
    await using bench = await opened(...names);
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'über uns.png', 3_000_000) });
    const first = await bench.run();
    expect([first.exitCode, first.parked]).toEqual([0, 0]);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toEqual(
      await fileAt(bench.hq, 'K-00001', 'picture'),
    );
    bench.branch.edit('K-00002', { plan: textFileOn(bench.branch, 'plan.pdf', 'a plan', 'application/pdf') });
    await bench.run();
    expect(await fileAt(bench.hq, 'K-00002', 'plan')).toMatchObject({ name: 'plan.pdf', size: 6 });
    bench.resetCounters();
    bench.hq.edit('K-00001', { name: 'from hq' });
    bench.branch.edit('K-00002', { name: 'from branch' });
    const { conflicts } = await bench.run();
    expect([uploads(bench), conflicts]).toEqual([0, 0]);
    await bench.run();
    bench.resetCounters();
    await bench.run();
    expect(bench.hq.stats.requests.download + bench.branch.stats.requests.download).toBe(0);
    expect(bench.hq.stats.writes + bench.branch.stats.writes).toBe(0);
  });

  test('empties what was emptied, and goes on where a transfer broke off', async () => {
    await using bench = await opened(...names);
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 3_000_000) });
    bench.hq.control.addTrouble({ effect: { kind: 'truncate' }, on: ['download'], next: 2 });
    bench.branch.control.addTrouble({ effect: { kind: 'cutUpload', afterBytes: 1_000_000 }, next: 1 });
    expect((await bench.run()).exitCode).toBe(0);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ size: 3_000_000 });
    bench.branch.edit('K-00001', { picture: '' });
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.hq.value('K-00001', 'picture')).toBe('');
  });
});

test('small files of other kinds go as JSON, large ones are parked with advice', async () => {
  await using bench = await opened('branch');
  bench.hq.edit('K-00001', { plan: fileOn(bench.hq, 'notes.txt', 5_000, 1, 'text/plain') });
  bench.hq.edit('K-00002', { plan: fileOn(bench.hq, 'film.mov', 5_000_000, 2, 'video/quicktime') });
  const { parked } = await bench.run();
  expect(parked).toBe(1);
  expect(await fileAt(bench.branch, 'K-00001', 'plan')).toMatchObject({
    name: 'notes.txt',
    type: 'text/plain',
  });
  const [one] = (await bench.status()).parkedRecords;
  expect(one).toMatchObject({ server: 'branch', key: 'K-00002', code: 'file-unwritable' });
  expect(one?.reason).toContain('api: data');
});

test('a path in a container is told from a file over OData too', async () => {
  await using bench = await opened('hq');
  bench.hq.edit('K-00001', { picture: 'file:report.pdf\rfilewin:/C:/report.pdf' });
  await bench.run();
  expect((await bench.status()).parkedRecords).toMatchObject([{ server: 'hq', code: 'file-reference' }]);
  expect([bench.branch.byKey.size, await fileAt(bench.branch, 'K-00001', 'picture')]).toEqual([3, undefined]);
});
