/** Files that cannot be carried, and transfers that fail: what becomes of their records, and of all others. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { fileAt, fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';

const offices = () => ({
  hq: { fields: pictureFields, rows: rows(0, 3) },
  branch: { fields: pictureFields },
});

const opened = (): Promise<Bench> => openBench({ offices: offices(), table: withPictures });

const parkedAs = async (bench: Bench) =>
  (await bench.status()).parkedRecords.map(({ server, key, code, reason }) => ({
    server,
    key,
    code,
    reason,
  }));

const filesFolder = ({ directory }: Bench): string => join(directory, '.serversync', 'files');

describe('a record is parked, and the others go on', () => {
  test('whose file is larger than the limit, until the limit is raised', async () => {
    await using bench = await opened();
    await bench.configure((one) => ({ ...one, containers: { limit: '1 MB' } }));
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 1_200_000) });
    bench.hq.edit('K-00002', { picture: fileOn(bench.hq, 'b.png', 900_000, 2) });
    const { parked, exitCode } = await bench.run();
    expect([parked, exitCode]).toEqual([1, 1]);
    expect(await parkedAs(bench)).toEqual([
      {
        server: 'hq',
        key: 'K-00001',
        code: 'file-too-large',
        reason:
          'the file in container picture of a record in table contacts on server hq is 1.2 MB, larger than the limit of 1 MB: ' +
          'raise containers: limit in the configuration (up to 1 GB), or put a smaller file there',
      },
    ]);
    expect([bench.branch.byKey.size, await fileAt(bench.branch, 'K-00001', 'picture')]).toEqual([
      3,
      undefined,
    ]);
    expect(await fileAt(bench.branch, 'K-00002', 'picture')).toMatchObject({ name: 'b.png' });
    await bench.configure((one) => ({ ...one, containers: { limit: '2 MB' } }));
    await bench.command('parked retry');
    expect((await bench.run()).parked).toBe(0);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ name: 'a.png' });
  });

  test('also where the server does not tell the size beforehand', async () => {
    const [hq, branch] = [{ ...offices().hq, containers: { lengths: false } }, offices().branch];
    await using bench = await openBench({ offices: { hq, branch }, table: withPictures });
    await bench.configure((one) => ({ ...one, containers: { limit: '1 MB' } }));
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 1_200_000) });
    await bench.run();
    expect(await parkedAs(bench)).toMatchObject([{ code: 'file-too-large' }]);
    expect(await readdir(filesFolder(bench))).toEqual([]);
  });

  test('whose container holds a path only, until the file is inserted', async () => {
    await using bench = await opened();
    bench.hq.edit('K-00001', { picture: 'file:report.pdf\rfilewin:/C:/report.pdf' });
    await bench.run();
    expect(await parkedAs(bench)).toMatchObject([{ server: 'hq', key: 'K-00001', code: 'file-reference' }]);
    expect(bench.hq.stats.requests.download).toBe(0);
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'report.pdf', 4_000) });
    expect((await bench.run()).parked).toBe(0);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ name: 'report.pdf' });
  });

  test('whose file the server does not give away for a while, until it does, though nobody edits it again', async () => {
    await using bench = await opened();
    await bench.run();
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 4_000), name: 'edited' });
    bench.hq.control.addTrouble({ effect: { kind: 'html', status: 503 }, on: ['download'] });
    for (const run of [await bench.run(), await bench.run()])
      expect([run.parked, run.exitCode]).toEqual([1, 1]);
    expect(await parkedAs(bench)).toMatchObject([{ server: 'hq', key: 'K-00001', code: 'file-unread' }]);
    bench.hq.control.removeTrouble();
    expect((await bench.run()).parked).toBe(0);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ name: 'a.png' });
    expect(bench.branch.value('K-00001', 'name')).toBe('edited');
  });

  test('that is changed each time that its files are read, three times in a run, until it is left alone', async () => {
    await using bench = await opened();
    bench.hq.edit('K-00001', {
      picture: fileOn(bench.hq, 'a.png', 3_000),
      plan: fileOn(bench.hq, 'b.png', 3_000, 2),
    });
    let downloads = 0;
    bench.hq.control.watchDownloads(() => {
      downloads += 1;
      if (downloads < 100) bench.hq.edit('K-00001', { name: `counter ${downloads}` });
    });
    const busy = await bench.run();
    expect([busy.parked, busy.exitCode, downloads <= 6]).toEqual([1, 1, true]);
    expect(await parkedAs(bench)).toMatchObject([{ server: 'hq', key: 'K-00001', code: 'file-busy' }]);
    downloads = 100;
    const calm = await bench.run();
    expect([calm.parked, calm.exitCode]).toEqual([0, 0]);
    expect(await fileAt(bench.branch, 'K-00001', 'plan')).toMatchObject({ name: 'b.png' });
  });

  test('one of whose files cannot be put there, with its other files brought', async () => {
    await using bench = await opened();
    const files = { picture: fileOn(bench.hq, 'a.png', 4_000), plan: fileOn(bench.hq, 'b.png', 5_000, 2) };
    bench.hq.edit('K-00001', files);
    bench.branch.control.addTrouble({ effect: { kind: 'error', code: '301' }, on: ['upload'] });
    await bench.run();
    const picture = await fileAt(bench.hq, 'K-00001', 'picture');
    const stored = (await readdir(filesFolder(bench), { recursive: true })).filter((name) =>
      name.endsWith(String(picture?.sha256)),
    );
    expect(stored).toHaveLength(1);
    await rm(join(filesFolder(bench), String(stored[0])));
    bench.branch.control.removeTrouble();
    const { parked, exitCode } = await bench.run();
    expect([parked, exitCode]).toEqual([1, 1]);
    expect(await parkedAs(bench)).toMatchObject([{ server: 'branch', key: 'K-00001', code: 'file-missing' }]);
    expect(await fileAt(bench.branch, 'K-00001', 'plan')).toMatchObject({ name: 'b.png' });
  });

  test('whose file is gone from the store, until it is inserted anew', async () => {
    await using bench = await opened();
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 4_000) });
    bench.branch.control.addTrouble({ effect: { kind: 'error', code: '301' }, on: ['upload'] });
    await bench.run();
    await rm(filesFolder(bench), { recursive: true });
    bench.branch.control.removeTrouble();
    await bench.run();
    expect(await parkedAs(bench)).toMatchObject([{ server: 'branch', key: 'K-00001', code: 'file-missing' }]);
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a2.png', 4_000, 2) });
    expect((await bench.run()).parked).toBe(0);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ name: 'a2.png' });
  });
});

describe('a transfer', () => {
  test('from a server that breaks off goes on, and nothing is stored in part', async () => {
    await using bench = await opened();
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 3_000_000) });
    bench.hq.control.addTrouble({ effect: { kind: 'truncate' }, on: ['download'], next: 4 });
    expect((await bench.run()).exitCode).toBe(0);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toEqual(
      await fileAt(bench.hq, 'K-00001', 'picture'),
    );
    expect(await readdir(filesFolder(bench))).toHaveLength(1);
  });

  test('to a server that breaks off is made again, and the record is what it was until then', async () => {
    await using bench = await opened();
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 3_000_000) });
    bench.branch.control.addTrouble({ effect: { kind: 'cutUpload', afterBytes: 1_000_000 }, next: 1 });
    expect((await bench.run()).exitCode).toBe(0);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ size: 3_000_000 });
    expect(bench.branch.record('K-00001').modId).toBe(1);
  });

  test('of which the answer was lost is no edit of that server', async () => {
    await using bench = await opened();
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 3_000_000) });
    bench.branch.control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['upload'], next: 1 });
    const { exitCode, conflicts } = await bench.run();
    expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'b.png', 2_000_000, 2) });
    const second = await bench.run();
    expect([second.exitCode, second.conflicts]).toEqual([0, 0]);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ name: 'b.png' });
    expect(bench.hq.stats.requests.upload).toBe(0);
  });

  test('of a record that is edited meanwhile carries what is there after that', async () => {
    await using bench = await opened();
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 3_000_000) });
    await bench.run();
    bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'b.png', 2_000_000, 2) });
    const [first] = [fileOn(bench.hq, 'c.png', 1_000_000, 3)];
    // While the second one is being read a third one is put there.
    let edited = false;
    bench.hq.control.watchDownloads(() => {
      if (edited) return;
      edited = true;
      bench.hq.edit('K-00001', { picture: first });
    });
    expect((await bench.run()).exitCode).toBe(0);
    expect(edited).toBe(true);
    expect(await fileAt(bench.branch, 'K-00001', 'picture')).toMatchObject({ name: 'c.png' });
  });
});

test('two pictures that did not see each other are a conflict, and the one that lost can be put back', async () => {
  await using bench = await opened();
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 3_000) });
  await bench.run();
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'hq.png', 4_000, 2) });
  bench.branch.edit('K-00001', { picture: fileOn(bench.branch, 'branch.png', 5_000, 3) });
  const { conflicts } = await bench.run();
  expect(conflicts).toBe(1);
  const winner = await fileAt(bench.hq, 'K-00001', 'picture');
  expect(await fileAt(bench.branch, 'K-00001', 'picture')).toEqual(winner);
  const loser = winner?.name === 'hq.png' ? 'branch' : 'hq';
  const listed = await bench.command('conflicts list');
  expect(listed.stdout).toContain(`${loser}.png, `);
  expect(listed.stdout).not.toContain('sha256');
  const chosen = await bench.command('conflicts resolve', listed.stdout.slice(0, 8), '--keep', loser);
  expect(chosen.stderr).toBe('');
  await bench.run();
  for (const office of [bench.hq, bench.branch])
    expect(await fileAt(office, 'K-00001', 'picture')).toMatchObject({ name: `${loser}.png` });
});

test('plan reads no file, and says what would be written', async () => {
  await using bench = await opened();
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 3_000) });
  const { stdout } = await bench.command('plan', '--examples');
  expect([bench.hq.stats.requests.download, bench.branch.stats.writes]).toEqual([0, 0]);
  expect(stdout).not.toContain('sha256');
  await bench.run();
  bench.resetCounters();
  expect((await bench.command('plan')).stdout).toContain('A run would write nothing');
  expect((await bench.command('verify')).code).toBe(0);
  expect(bench.hq.stats.requests.download + bench.branch.stats.requests.download).toBe(0);
});
