import { expect, test } from 'vitest';
import { serverSyncScript } from '../../src/simulator/serversync-script.ts';
import { one, shown, statusOf } from './support/clinic.ts';

const rows = [{ id: 'K-1', name: 'Ada', modified_at: '2026-01-05T09:00:00' }];
const servers = { hq: { script: true } };
const scripts = { ServerSync: serverSyncScript({ msPerRecord: 0 }) };

test('a script that is in the file is told to be used, and the probe goes through it', async () => {
  await using clinic = await one({ rows, scripts }, { servers });
  const looked = await clinic.look();
  expect(shown(looked, 'script')).toEqual([
    'ok script: many records are written by one request, through the script ServerSync; its test, which changes nothing, passed',
  ]);
  expect(clinic.office('hq').writes).toEqual([]);
  const findings = await clinic.look({ writeProbe: true });
  const proven = ['rights', 'key-kept', 'stamp-moves'] as const;
  expect(proven.flatMap((check) => statusOf(findings, check))).toEqual(['ok', 'ok', 'ok']);
  const { requests } = clinic.office('hq').stats;
  expect(requests).toMatchObject({ create: 0, update: 0, delete: 0 });
  expect(clinic.office('hq').writes.map(({ kind }) => kind)).toEqual([
    'create',
    'update',
    'update',
    'update',
    'delete',
  ]);
});

test.each([
  [
    'is not there',
    {},
    'there is no script "ServerSync" in the file "Main" on hq, or the account may not run it',
  ],
  [
    'is of another version',
    { ServerSync: serverSyncScript({ version: 0 }) },
    'the script "ServerSync" in the file "Main" on hq is of another version',
  ],
])('one that %s is a warning, with what to do: the sync goes on without it', async (_, there, text) => {
  await using clinic = await one({ rows, scripts: there }, { servers });
  const [found] = (await clinic.look()).filter(({ check }) => check === 'script');
  expect(found).toMatchObject({
    status: 'warning',
    text: expect.stringContaining(text),
    remedy: expect.stringContaining('filemaker/README.md'),
  });
  expect(found?.text).toContain('each record is written by a request of its own');
});

test('for an empty table it is not known, and where it is not configured nothing is said of it', async () => {
  await using empty = await one({ rows: [], scripts }, { servers });
  expect(statusOf(await empty.look(), 'script')).toEqual(['unproven']);
  await using plain = await one({ rows, scripts });
  expect(statusOf(await plain.look(), 'script')).toEqual([]);
});
