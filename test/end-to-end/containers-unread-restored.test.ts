/** A server whose backup was put back, with a record of which a file cannot be taken. */
import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { fileAt, fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';

const key = 'K-00001';
const old = rows(0, 5).map((row) => ({ ...row, modified_at: '2024-05-01T10:00:00' }));
const idIn = (text: string): string => /serversync \S+ ([0-9a-z]{6})/.exec(text)?.[1] ?? '';

test.each([
  ['put-back', 'edit 4', 'small.png'],
  ['approve', 'before', 'large.png'],
])(
  'R7: one answer is enough (%s): the table does not halt again for it, and the file counts by that answer once it can be taken',
  async (answer, name, picture) => {
    await using bench = await openBench({
      offices: { hq: { fields: pictureFields, rows: old }, branch: { fields: pictureFields } },
      table: withPictures,
      settings: { lateWriteMs: 300, retryAfterMs: 100 },
    });
    const withLimit = (limit: string): Promise<void> =>
      bench.configure((one) => ({ ...one, containers: { limit }, schedule: { settle: '0 seconds' } }));
    await withLimit('2 MB');
    // Years before the edits, as its stamp says: which of two came first cannot be told within a second.
    bench.hq.importOver(key, { name: 'before', picture: fileOn(bench.hq, 'large.png', 1_200_000, 7) });
    await bench.run();
    await bench.run();
    bench.hq.control.backup('monday');
    bench.hq.edit(key, { picture: fileOn(bench.hq, 'small.png', 3_000, 1) });
    for (let edit = 0; edit < 5; edit += 1) bench.hq.edit(key, { name: `edit ${edit}` });
    await bench.run();
    await bench.run();
    await withLimit('1 MB');
    bench.hq.control.restore('monday');
    const { stdout } = await bench.command('sweep');
    expect((await bench.command(answer, idIn(stdout))).code).toBe(0);
    for (const run of [await bench.run(), await bench.run()])
      expect([run.halted, run.parked]).toEqual([[], 1]);
    expect([bench.hq.value(key, 'name'), bench.branch.value(key, 'name')]).toEqual([name, name]);
    await withLimit('2 MB');
    await bench.run();
    expect((await bench.run()).parked).toBe(0);
    expect((await fileAt(bench.hq, key, 'picture'))?.name).toBe(picture);
    expect((await fileAt(bench.branch, key, 'picture'))?.name).toBe(picture);
  },
  60_000,
);
