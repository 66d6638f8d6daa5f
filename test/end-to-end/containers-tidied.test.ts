/** Files that nothing names any more go with a sweep; what a record, its history or a value that lost names stays. */
import { readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { fileAt, fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';

const folderOf = ({ directory }: Bench): string => join(directory, '.serversync', 'files');

const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);

async function madeOld(bench: Bench): Promise<void> {
  for (const name of await readdir(folderOf(bench)))
    await utimes(join(folderOf(bench), name), twoDaysAgo, twoDaysAgo);
}

test('what was forgotten goes, and nothing else', async () => {
  const offices = { hq: { fields: pictureFields, rows: rows(0, 4) }, branch: { fields: pictureFields } };
  await using bench = await openBench({ offices, table: withPictures });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  const picture = (name: string, seed: number) => ({ picture: fileOn(bench.hq, name, 3_000 + seed, seed) });
  bench.hq.edit('K-00000', picture('live.png', 1));
  bench.hq.edit('K-00001', picture('before.png', 2));
  bench.hq.edit('K-00002', picture('forgotten.png', 3));
  await bench.run();
  bench.hq.edit('K-00001', picture('after.png', 4));
  bench.hq.edit('K-00003', picture('lost.png', 5));
  bench.branch.edit('K-00003', { picture: fileOn(bench.branch, 'won.png', 9_000, 6) });
  bench.hq.delete('K-00002');
  await bench.run();
  await bench.command('sweep');
  await bench.command('sweep');
  await bench.run();
  expect(bench.branch.byKey.has('K-00002')).toBe(false);
  const forgotten = await bench.command('forget', 'contacts', 'K-00002', '--yes');
  expect(forgotten.code).toBe(0);
  expect(await readdir(folderOf(bench))).toHaveLength(5);
  expect(forgotten.stdout).toContain('1 file of a container, which nothing else names: removed\n');
  await writeFile(join(folderOf(bench), 'a'.repeat(64)), 'of a process that died');
  expect((await bench.command('sweep')).code).toBe(0);
  expect(await readdir(folderOf(bench))).toHaveLength(6);
  await madeOld(bench);
  expect((await bench.command('sweep')).code).toBe(0);
  expect(await readdir(folderOf(bench))).toHaveLength(5);
  const gone = await fileAt(bench.hq, 'K-00000', 'picture');
  expect(await readdir(folderOf(bench))).toContain(gone?.sha256);
});

test('a folder that holds the files of one state is refused to another, until that one is gone', async () => {
  const offices = { hq: { fields: pictureFields, rows: rows(0, 1) }, branch: { fields: pictureFields } };
  await using bench = await openBench({ offices, table: withPictures });
  await bench.configure((configuration) => ({ ...configuration, containers: { folder: './pictures' } }));
  bench.hq.edit('K-00000', { picture: fileOn(bench.hq, 'a.png', 3_000) });
  expect((await bench.run()).exitCode).toBe(0);
  expect((await bench.run()).exitCode).toBe(0);
  const other = join(bench.directory, 'other');
  const refused = await bench.command('run', '--once', '--state', other);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('pictures: holds the files of the state in ');
  await rename(join(bench.directory, '.serversync'), join(bench.directory, 'moved'));
  const moved = await bench.command('run', '--once', '--state', join(bench.directory, 'moved'));
  expect([moved.code, moved.stderr]).toEqual([0, '']);
});
