/** What people see of containers: in `status`, its JSON, and the console. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openedConsole } from '../console/support/asking.ts';
import { type Bench, openBench } from './support/bench.ts';
import { fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';

const openedConsoleOf = ({ configFile, environment }: Bench) =>
  openedConsole({ configFile, stateDirectory: undefined, environment, as: 'mary' });

test('the limit, where files are kept, and records that wait for one are shown by status and the console', async () => {
  await using bench = await openBench({
    offices: { hq: { fields: pictureFields, rows: rows(0, 2) }, branch: { fields: pictureFields } },
    table: withPictures,
  });
  await bench.configure((one) => ({ ...one, containers: { limit: '1 MB' } }));
  bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'a.png', 1_200_000) });
  await bench.run();
  const { lines, containers } = await bench.status();
  const text = lines.map((line) => line.trim()).join(' ');
  const folder = join(bench.directory, '.serversync', 'files');
  expect(text).toContain('containers: files up to 1 MB are carried, and kept in');
  expect(text).toContain(folder);
  expect(text).toContain(
    '1 record is parked for a file, 1 of them for one that is larger than that: serversync parked',
  );
  const shown = { limitBytes: 1_000_000, folder, fields: 2, parked: 1, tooLarge: 1 };
  expect(containers).toEqual(shown);
  await using console = await openedConsoleOf(bench);
  expect((await console.ask('GET /api/overview', {})).containers).toEqual(shown);
});

test('where no container is kept the same status says nothing of them', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 2) }, branch: {} } });
  await bench.run();
  const { lines, containers } = await bench.status();
  expect(lines.join('\n')).not.toContain('container');
  expect(containers).toMatchObject({ limitBytes: 100_000_000, fields: 0, parked: 0 });
});
