import { expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import type { Effect } from '../../src/simulator/troubles.ts';
import { account, table } from '../end-to-end/support/office.ts';
import { fieldsWith, one, openClinic, shown, statusOf, wellFields } from './support/clinic.ts';

const rows = [{ id: 'K-1', name: 'Ada', modified_at: '2026-01-05T09:00:00' }];

const atTwoPast = (): string => '2026-11-22T10:02:00';

const proven = ['rights', 'key-kept', 'stamp-moves', 'write-rate'] as const;

const ofProbe = (findings: readonly Finding[]): readonly string[] => shown(findings, ...proven, 'stamp-zone');

test('a record is created, edited and deleted, and nothing is left of it', async () => {
  await using clinic = await one({ rows, timeZone: 'Europe/Berlin', clockOffsetMs: 90_000 });
  const findings = await clinic.look({ writeProbe: true });
  expect(proven.map((check) => statusOf(findings, check))).toEqual(proven.map(() => ['ok']));
  const hq = clinic.office('hq');
  expect(hq.writes.map(({ kind }) => kind)).toEqual(['create', 'update', 'update', 'update', 'delete']);
  expect(hq.records.map(({ values }) => values['id'])).toEqual(['K-1']);
  expect(hq.stats).toMatchObject({ openSessions: 0, updatesWithoutModId: 0 });
});

test('who stamps is shown by what the record was stamped, against the clock of the host and the zone', async () => {
  await using clinic = await one({ rows, timeZone: 'Europe/Berlin', clockOffsetMs: 90_000 });
  const [stamped, users] = (await clinic.look({ writeProbe: true })).filter(
    ({ check }) => check === 'stamp-zone',
  );
  expect(stamped).toMatchObject({ status: 'ok', text: expect.stringContaining('in the zone Europe/Berlin') });
  expect(users).toMatchObject({ status: 'unproven', text: expect.stringContaining('FileMaker Pro') });
});

test('a wrong zone is an error that tells both offsets', async () => {
  const servers = { hq: { timeZone: 'America/New_York' } };
  await using clinic = await one({ rows, timeZone: 'Asia/Kolkata', clockOffsetMs: 4_000 }, { servers });
  const findings = await clinic.look({ writeProbe: true });
  expect(shown(findings, 'stamp-zone')).toEqual([
    "error stamp-zone: what the sync writes is stamped 10 h 30 min ahead of the host's clock, read in the zone America/New_York, which is UTC-05:00 now; the stamps are those of UTC+05:30",
  ]);
});

test.each([
  ['behind', 300_000],
  ['ahead of', -60_000],
])(
  'a stamp by a clock that is minutes %s that of the host is a warning, whatever the zone',
  async (direction, clockOffsetMs) => {
    const stamp = { name: 'modified_at', type: 'timestamp', autoEnter: { calculation: atTwoPast } } as const;
    // Ours shows 10:00 and some seconds.
    await using clinic = await one({ rows, fields: fieldsWith(stamp), clockOffsetMs });
    const [zone] = (await clinic.look({ writeProbe: true })).filter(({ check }) => check === 'stamp-zone');
    expect(zone).toMatchObject({
      status: 'warning',
      text: expect.stringMatching(` min .*${direction} the host's clock: by another`),
    });
  },
);

test('a stamp in UTC milliseconds is compared without a zone', async () => {
  const fields = [...wellFields, { name: 'ms', type: 'number', autoEnter: 'utcMilliseconds' }] as const;
  const modified = { field: 'ms', stampedBy: 'utcMilliseconds' };
  await using clinic = await one({ fields, timeZone: 'Asia/Kolkata' }, { table: { modified } });
  expect(shown(await clinic.look({ writeProbe: true }), 'stamp-zone')[0]).toContain('as UTC milliseconds');
});

test.each([
  ['created', { create: false }],
  ['edited', { edit: false }],
])(
  'without the right, that a record could not be %s is an error, and nothing is left',
  async (done, privileges) => {
    await using clinic = await one({ rows, accounts: [{ ...account, privileges }] });
    const [rights] = (await clinic.look({ writeProbe: true })).filter(({ check }) => check === 'rights');
    expect(rights).toMatchObject({
      status: 'error',
      text: expect.stringContaining(`could not be ${done}: 200`),
    });
    expect(rights?.remedy).toContain('Create, Edit, Delete: yes');
    expect(clinic.office('hq').records).toHaveLength(1);
  },
);

test('a record that may not be deleted is told with its record id, layout and key', async () => {
  await using clinic = await one({ rows, accounts: [{ ...account, privileges: { delete: false } }] });
  const rights = shown(await clinic.look({ writeProbe: true }), 'rights');
  const key = clinic.office('hq').record(clinic.office('hq').records[1]?.values['id'] ?? '').values['id'];
  expect(key).toMatch(/^serversync-doctor-/);
  expect(rights[1]).toBe(
    `error rights: the record of the probe could not be deleted: record id 2 on layout Contacts_Sync of Main, id ${key}`,
  );
});

test('a key that FileMaker replaces is an error, and the record is deleted all the same', async () => {
  const fields = fieldsWith({ name: 'id', type: 'text', autoEnter: 'upperCase' });
  await using clinic = await one({ rows, fields });
  const findings = await clinic.look({ writeProbe: true });
  expect(statusOf(findings, 'key-kept')).toEqual(['error']);
  expect(clinic.office('hq').records).toHaveLength(1);
});

test.each([
  [
    'is not set',
    { name: 'modified_at', type: 'timestamp', autoEnter: { calculation: () => '' } },
    'was not set',
  ],
  ['stays', { name: 'modified_at', type: 'timestamp', autoEnter: 'createdAt' }, 'did not move with an edit'],
] as const)('a stamp that %s is an error', async (_, stamp, text) => {
  await using clinic = await one({ rows, fields: fieldsWith(stamp) });
  const findings = await clinic.look({ writeProbe: true });
  expect(shown(findings, 'stamp-moves')[0]).toMatch(new RegExp(`^error .*${text}`));
  expect(clinic.office('hq').records).toHaveLength(1);
});

test('fields that must not be empty are filled, and a value that is refused proves nothing of rights', async () => {
  const filled = fieldsWith({ name: 'name', type: 'text', validation: { notEmpty: true } });
  await using well = await one({ rows, fields: filled });
  expect(statusOf(await well.look({ writeProbe: true }), 'rights')).toEqual(['ok']);
  const listed = fieldsWith({ name: 'name', type: 'text', validation: { notEmpty: true, list: ['A'] } });
  await using refused = await one({ fields: listed });
  const [rights] = (await refused.look({ writeProbe: true })).filter(({ check }) => check === 'rights');
  expect(rights).toMatchObject({ status: 'unproven', text: expect.stringContaining('506') });
});

test('a server that is only read is not written', async () => {
  await using clinic = await one({ rows }, { links: { hq: { role: 'send' } } });
  const findings = await clinic.look({ writeProbe: true });
  expect(statusOf(findings, 'rights')).toEqual(['unproven']);
  expect(clinic.office('hq').writes).toEqual([]);
});

const troubles: readonly (readonly [string, Effect, 'create' | 'update' | 'delete' | 'read'])[] = [
  ['the answer to the create is lost', { kind: 'resetAfter' }, 'create'],
  ['the answer to an edit is lost', { kind: 'resetAfter' }, 'update'],
  ['an edit fails', { kind: 'error', code: '951' }, 'update'],
  ['the record is open elsewhere when it is to be deleted', { kind: 'error', code: '301' }, 'delete'],
  ['the answer to the delete is lost', { kind: 'resetAfter' }, 'delete'],
];

test.each(troubles)('nothing is left where %s', async (_, effect, on) => {
  await using clinic = await one({ rows });
  clinic.office('hq').control.addTrouble({ effect, on: [on], next: 1 });
  await clinic.look({ writeProbe: true });
  expect(clinic.office('hq').records).toHaveLength(1);
  expect(clinic.office('hq').stats.openSessions).toBe(0);
});

test('nothing is left where it is stopped in the middle, and what was found is told', async () => {
  await using clinic = await one({ rows });
  const hq = clinic.office('hq');
  const stopping = new AbortController();
  const sleep = clinic.clock.sleep.bind(clinic.clock);
  clinic.clock.sleep = (ms, signal) => {
    if (hq.records.length > 1) stopping.abort(new Error('stopped'));
    return sleep(ms, signal);
  };
  const findings = await clinic.look({ writeProbe: true, signal: stopping.signal });
  expect(hq.writes.map(({ kind }) => kind)).toEqual(['create', 'delete']);
  expect(hq.stats.openSessions).toBe(0);
  expect(shown(findings, 'key-kept')).toEqual(['ok key-kept: key id: what is sent with a new record stays']);
  expect(shown(findings, 'rest')).toEqual(['unproven rest: not looked at any further: it was stopped']);
});

test('another record that has the place of the probe by then is not deleted', async () => {
  await using clinic = await one({ rows });
  const hq = clinic.office('hq');
  const sleep = clinic.clock.sleep.bind(clinic.clock);
  clinic.clock.sleep = async (ms, signal) => {
    const probe = hq.records.find(({ recordId }) => recordId === 2);
    if (probe) hq.control.updateAsUser({ table, recordId: 2, values: { id: 'K-9' } });
    return sleep(ms, signal);
  };
  const findings = await clinic.look({ writeProbe: true });
  expect(hq.records.map(({ values }) => values['id'])).toEqual(['K-1', 'K-9']);
  expect(ofProbe(findings).join('\n')).toContain('record id 2 on layout Contacts_Sync');
});

test('each server is written by itself', async () => {
  await using clinic = await openClinic({
    offices: { hq: { rows }, branch: { rows, accounts: [{ ...account, privileges: { create: false } }] } },
  });
  const findings = await clinic.look({ writeProbe: true });
  const rights = findings.filter(({ check }) => check === 'rights');
  expect(rights.map(({ server, status }) => [server, status])).toEqual([
    ['hq', 'ok'],
    ['branch', 'error'],
  ]);
});
