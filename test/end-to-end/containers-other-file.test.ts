/** Pictures of a server whose file is put in the place of another: none is taken for emptied, and none is lost. */
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { fileAt, fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';

/** hq has a picture in two of its records; all that is old. */
async function filled(): Promise<Bench> {
  const old = rows(0, 30).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
  const offices = { hq: { fields: pictureFields, rows: old }, branch: { fields: pictureFields } };
  const bench = await openBench({ offices, table: withPictures });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 4_000, 1) });
  bench.hq.edit('K-00002', { picture: fileOn(bench.hq, 'b.png', 5_000, 2) });
  await bench.run();
  await bench.run();
  return bench;
}

const idIn = (stdout: string): string => /serversync \S+ ([0-9a-z]{6})/.exec(stdout)?.[1] ?? '';

const namesOn = async (bench: Bench): Promise<readonly unknown[]> => {
  const names = [];
  for (const office of [bench.hq, bench.branch])
    for (const key of ['K-00001', 'K-00002']) names.push((await fileAt(office, key, 'picture'))?.name);
  return names;
};

test('a clone that is put back has its pictures still, and they are sent to nobody', async () => {
  await using bench = await filled();
  bench.hq.control.migrate();
  bench.resetCounters();
  const swept = await bench.command('sweep');
  expect((await bench.command('put-back', idIn(swept.stdout))).code).toBe(0);
  const { exitCode, conflicts } = await bench.run();
  expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
  expect(await namesOn(bench)).toEqual(['a.png', 'b.png', 'a.png', 'b.png']);
  expect(bench.hq.stats.requests.upload + bench.branch.stats.requests.upload).toBe(0);
});

test.each([
  ['put-back', 'newer.png'],
  ['approve', 'a.png'],
])('a backup with an older picture: %s leaves %s everywhere', async (answer, name) => {
  await using bench = await filled();
  bench.hq.control.backup('monday');
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'newer.png', 6_000, 3) });
  await bench.run();
  bench.hq.control.restore('monday');
  const swept = await bench.command('sweep');
  expect((await bench.command(answer, idIn(swept.stdout))).code).toBe(0);
  await bench.run();
  expect((await bench.run()).exitCode).toBe(0);
  expect(await namesOn(bench)).toEqual([name, 'b.png', name, 'b.png']);
});
