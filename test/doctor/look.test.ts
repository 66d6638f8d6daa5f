import { expect, test } from 'vitest';
import { account, layout, table } from '../end-to-end/support/office.ts';
import { selfSigned } from '../filemaker/http/self-signed.ts';
import { signed } from '../filemaker/http/signed.ts';
import { fieldsWith, one, openClinic, shown, statusOf, wellFields } from './support/clinic.ts';

const rows = [
  { id: 'K-1', name: 'Ada', modified_at: '2026-01-05T09:00:00' },
  { id: 'K-2', name: 'Grace', modified_at: '2026-01-05T09:00:00' },
];

test('a server with nothing wrong has only what a write would prove left open, and nothing is written', async () => {
  await using clinic = await one({ rows });
  const findings = await clinic.look();
  expect(
    findings.filter(({ status }) => status !== 'ok').map(({ check, status }) => [check, status]),
  ).toEqual([
    ['stamp-zone', 'unproven'],
    ['page-rate', 'unproven'],
    ['rights', 'unproven'],
  ]);
  expect(findings.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'reachable',
      'certificate',
      'data-api',
      'version',
      'clock',
      'account',
      'file',
      'sessions',
      'layout',
      'fields',
      'layout-extra',
      'rows',
      'key',
      'stamp',
    ]),
  );
  expect(clinic.office('hq').writes).toEqual([]);
});

test('one session is open at a time, then as many as configured, and all are logged out', async () => {
  await using clinic = await one({ rows }, { servers: { hq: { sessions: 4 } } });
  const findings = await clinic.look();
  expect(findings.find(({ check }) => check === 'sessions')?.figures).toEqual({ asked: 4, given: 4 });
  expect(clinic.office('hq').stats).toMatchObject({ openSessions: 0, maxOpenSessions: 4 });
});

test('while a run is at work one session more is all that is opened, and how many are given is not proven', async () => {
  await using clinic = await one({ rows }, { servers: { hq: { sessions: 4 } } });
  const findings = await clinic.look({ noSessions: 'a run is at work', writeProbe: true });
  expect(shown(findings, 'sessions')).toEqual(['unproven sessions: a run is at work']);
  expect(clinic.office('hq').stats).toMatchObject({ openSessions: 0, maxOpenSessions: 1 });
});

test('a server that gives fewer sessions than configured is a warning with how many it gave', async () => {
  await using clinic = await one({ rows, capacity: { sessions: 1 } }, { servers: { hq: { sessions: 3 } } });
  expect(shown(await clinic.look(), 'sessions')).toEqual([
    'warning sessions: 1 of 3 sessions given at once; the configuration says that so many may be open',
  ]);
});

test('the clock is an interval that holds the true offset, narrower than any one request shows it', async () => {
  await using clinic = await one({ rows, clockOffsetMs: -200_000 });
  const clock = (await clinic.look()).find(({ check }) => check === 'clock');
  expect(clock?.status).toBe('warning');
  const { loMs = 0, hiMs = 0 } = clock?.figures ?? {};
  expect(loMs).toBeLessThanOrEqual(-200_000);
  expect(hiMs).toBeGreaterThanOrEqual(-200_000);
  expect(hiMs - loMs).toBeLessThan(500);
});

test.each([
  ['is expired', signed.expired, signed.root, 'CERT_HAS_EXPIRED', /renewed/],
  [
    'comes without its chain',
    signed.withoutChain,
    signed.root,
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    /intermediate/,
  ],
  ['is signed by itself', selfSigned, '', 'DEPTH_ZERO_SELF_SIGNED_CERT', /caFile/],
])(
  'a certificate that %s is an error with its reason, and the rest is named as not looked at',
  async (_, tls, ca, reason, remedy) => {
    await using clinic = await one({ rows, tls });
    const findings = await clinic.look({ ca });
    expect(findings.map(({ check, status }) => [check, status])).toEqual([
      ['reachable', 'ok'],
      ['certificate', 'error'],
      ['rest', 'unproven'],
    ]);
    expect(findings[1]?.text).toContain(reason);
    expect(findings[1]?.remedy).toMatch(remedy);
    expect(findings[2]?.text).toBe(
      'not looked at: Data API, Version, Clock, Account, File, Sessions, table contacts',
    );
    expect(clinic.office('hq').stats.requests.login).toBe(0);
  },
);

test('a certificate that is believed is OK with its names, who signed it and the days left', async () => {
  await using clinic = await one({ rows, tls: signed.whole });
  const [text] = shown(await clinic.look({ ca: signed.root }), 'certificate');
  expect(text).toMatch(
    /^ok certificate: certificate for fm\.example\.com, .* signed by Test Intermediate, by Test Root, [\d,]+ days left, until 2120-01-01$/,
  );
});

test('a wrong password is tried once, and hides nothing of the other server', async () => {
  await using clinic = await openClinic({ offices: { hq: { rows }, branch: { rows } } });
  const wrong = { username: account.name, password: 'wrong' };
  const findings = await clinic.look({ accounts: { hq: wrong } });
  const of = (server: string) => findings.filter((finding) => finding.server === server);
  expect(statusOf(of('hq'), 'account')).toEqual(['error']);
  expect(of('hq').find(({ check }) => check === 'account')?.remedy).toContain('extended privilege fmrest');
  expect(shown(of('hq'), 'rest')).toEqual([
    'unproven rest: not looked at: its file could not be',
    'unproven rest: not looked at: Sessions',
  ]);
  expect(clinic.office('hq').stats.requests.login).toBe(1);
  expect(statusOf(of('branch'), 'key')).toEqual(['ok']);
});

test('an account that is missing here is a finding of its server, whose clock is measured all the same', async () => {
  await using clinic = await one({ rows });
  const missing = { missing: 'SERVERSYNC_HQ_PASSWORD: not set', remedy: 'Set it' };
  const findings = await clinic.look({ accounts: { hq: missing } });
  expect(shown(findings, 'account', 'rest')).toEqual([
    'error account: SERVERSYNC_HQ_PASSWORD: not set',
    'unproven rest: not looked at: File, Sessions, table contacts',
  ]);
  expect(statusOf(findings, 'clock')).toEqual(['ok']);
});

test('a file that is not there is named with the nearest that is', async () => {
  await using clinic = await one({ rows }, { servers: { hq: { database: 'Mian' } } });
  const file = (await clinic.look()).find(({ check }) => check === 'file');
  expect(file).toMatchObject({
    status: 'error',
    text: 'no file Mian is open there for this account; there is Main',
  });
  expect(file?.remedy).toMatch(/^Did you mean Main\? /);
});

test('a file that is there, and does not open for the account, is about its privileges', async () => {
  await using clinic = await one({ rows, accounts: [{ ...account, canUseDataApi: false }] });
  const [found] = (await clinic.look()).filter(({ check }) => check === 'account');
  expect(found).toMatchObject({ status: 'error' });
  expect(found?.remedy).toContain('extended privilege fmrest');
});

test('a Data API that is switched off is told as that', async () => {
  await using clinic = await one({
    rows,
    troubles: [{ effect: { kind: 'error', code: '959' }, on: ['productInfo'] }],
  });
  const findings = await clinic.look();
  expect(statusOf(findings, 'data-api')).toEqual(['error']);
  expect(findings[0]?.remedy).toContain('Connectors > FileMaker Data API');
});

test('a layout that is not there is named with the nearest that the account sees', async () => {
  await using clinic = await one({ rows }, { links: { hq: { layout: 'Contact_Sync' } } });
  const findings = await clinic.look();
  expect(findings.find(({ check }) => check === 'layout')).toMatchObject({
    status: 'error',
    text: 'file Main has no layout Contact_Sync that this account may see',
    remedy: expect.stringMatching(/^Did you mean Contacts_Sync\? /),
  });
  expect(shown(findings, 'rest')).toEqual([
    'unproven rest: not looked at: Fields, Records, Key, Stamp, Reading, Rights',
  ]);
});

test.each([
  ['missing', wellFields.filter(({ name }) => name !== 'notes'), 'notes is not on layout'],
  [
    'a calculation',
    fieldsWith({ name: 'notes', type: 'text', kind: 'calculation', calculation: { join: ['name'] } }),
    'notes is a calculation',
  ],
  ['a stamp of the wrong type', fieldsWith({ name: 'modified_at', type: 'text' }), 'modified_at is text'],
  ['a key of the wrong type', fieldsWith({ name: 'id', type: 'date' }), 'id is date'],
])('a field that is %s is an error that names it', async (_, fields, text) => {
  await using clinic = await one({ fields });
  const errors = (await clinic.look()).filter(({ status }) => status === 'error');
  expect(errors.map(({ check }) => check)).toEqual(['fields']);
  expect(errors[0]?.text).toContain(text);
});

test('a container is carried, up to the limit, and the finding says so', async () => {
  await using clinic = await one({ rows, fields: fieldsWith({ name: 'notes', type: 'container' }) });
  const findings = await clinic.look();
  expect(findings.filter(({ status }) => status === 'error')).toEqual([]);
  expect(shown(findings, 'fields')).toEqual([
    expect.stringMatching(/^ok fields: .*; of the container notes files up to 100 MB are carried$/),
  ]);
});

test('a layout for sweeps that is not there is an error that names it', async () => {
  await using clinic = await one({ rows }, { links: { hq: { sweepLayout: 'Nowhere' } } });
  expect(shown(await clinic.look(), 'fields')).toEqual([
    'error fields: tables.contacts.servers.hq.sweepLayout is "Nowhere": not a layout of database Main on server hq',
  ]);
});

test('what is on the layout and costs time with every record is a warning with its names', async () => {
  const fields = [
    ...wellFields,
    { name: 'label', type: 'text', kind: 'calculation', calculation: { join: ['name'] } },
    { name: 'photo', type: 'container' },
    { name: 'remark', type: 'text' },
  ] as const;
  const portals = [{ name: 'family', table, parent: 'id', child: 'id' }];
  const databases = [
    { name: 'Main', tables: [{ name: table, fields }], layouts: [{ name: layout, table, portals }] },
  ];
  await using clinic = await one({ databases });
  expect(shown(await clinic.look(), 'layout-extra')).toEqual([
    'warning layout-extra: its layout shows what is not needed, and is sent with every record: portal family, calculation label, container photo',
  ]);
});

test('keys that are empty or doubled are an error with record ids and no key, also in the last records', async () => {
  const many = Array.from({ length: 150 }, (_, at) => ({ id: `K-${at}`, name: `secret ${at}` }));
  const fields = fieldsWith({ name: 'id', type: 'text', autoEnter: 'uuid', validation: {} });
  await using clinic = await one({ fields, rows: [{ id: '' }, ...many, { id: 'K-7' }] });
  const findings = await clinic.look();
  expect(shown(findings, 'key')).toEqual([
    'error key: key id is empty in 1 record (record ids 1), and is the same in 2 records (record ids 9, 152), of 152 records looked at',
  ]);
  expect(JSON.stringify(findings)).not.toMatch(/K-7|secret/);
});

test('a key that FileMaker does not fill in new records is a warning', async () => {
  const fields = [{ name: 'id', type: 'text' } as const, ...wellFields.slice(1)];
  await using clinic = await one({ rows, fields });
  expect(statusOf(await clinic.look(), 'key')).toEqual(['warning']);
});

test('records without a stamp are a warning, and a stamp that is still to come speaks against the zone', async () => {
  await using clinic = await one({
    rows: [
      { id: 'K-1', modified_at: '' },
      { id: 'K-2', modified_at: '2026-11-22T15:00:00' },
    ],
  });
  const findings = await clinic.look();
  expect(shown(findings, 'stamp')).toEqual([
    'warning stamp: stamp modified_at is empty, or cannot be read, in 1 record (record ids 1), of 2 looked at',
  ]);
  expect(statusOf(findings, 'stamp-zone')).toEqual(['warning']);
});

test('an account that does not see all records is told with how many it sees', async () => {
  await using clinic = await one({ rows });
  clinic.office('hq').control.hide({ table, recordIds: [2], account: account.name });
  expect(shown(await clinic.look(), 'rows')).toEqual(['warning rows: the account sees 1 of 2 records']);
});

test('an account that may see no record is an error', async () => {
  await using clinic = await one({ rows, accounts: [{ ...account, privileges: { view: false } }] });
  expect(shown(await clinic.look(), 'rows')).toEqual(['error rows: the account sees 0 of 2 records']);
});

test('a page is timed once the table has as many records', async () => {
  const many = Array.from({ length: 250 }, (_, at) => ({ id: `K-${at}` }));
  await using clinic = await one({ rows: many, latencyMs: { list: 400 } });
  const rate = (await clinic.look()).find(({ check }) => check === 'page-rate');
  expect(rate).toMatchObject({ status: 'warning', figures: { rows: 100, tookMs: 400, rowsPerSecond: 250 } });
});

test.each([
  ['19.6', /cannot be written, the key included/],
  ['22', /can be written too/],
] as const)('what version %s can do is told', async (version, text) => {
  await using clinic = await one({ rows, version });
  expect(shown(await clinic.look(), 'version')[0]).toMatch(text);
});

test('a look that is stopped gives what it found, says so, and logs out', async () => {
  await using clinic = await one({ rows });
  const stopping = new AbortController();
  const sleep = clinic.clock.sleep.bind(clinic.clock);
  clinic.clock.sleep = (ms, signal) => {
    stopping.abort(new Error('stopped'));
    return sleep(ms, signal);
  };
  const findings = await clinic.look({ signal: stopping.signal });
  expect(shown(findings, 'rest')).toEqual(['unproven rest: not looked at any further: it was stopped']);
  expect(clinic.office('hq').stats.openSessions).toBe(0);
});
