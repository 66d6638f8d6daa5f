/** The function that looks at a server, over an emulated state and a simulated server. */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openFakeAws } from '../cli/support/fake-aws.ts';
import { dayAt, monthOf } from '../../src/core/data-use.ts';
import { insideAnswerSchema } from '../../src/doctor/inside-answer.ts';
import { account, openOffice } from '../end-to-end/support/office.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { newPlaces, stateIn } from '../state/aws/opened-state.ts';
import { contextOf } from './support/context.ts';
import { asDeployed } from './support/invoked.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await emulators.stop();
});

const configurationOf = (url: string): string =>
  [
    'version: 1',
    'servers:',
    `  hq: { url: "${url}", database: Main, timeZone: UTC, sessions: 2 }`,
    '  branch: { url: "https://fm-branch.example.com", database: Main, timeZone: UTC }',
    'tables:',
    '  contacts:',
    '    key: id',
    '    modified: modified_at',
    '    fields: [name]',
    '    servers: { hq: { layout: Contacts_Sync }, branch: { layout: Contacts_Sync } }',
    '',
  ].join('\n');

const names = { id: 'Contact-Key-1', name: 'Ann of the north', modified_at: '01/01/2026 10:00:00' };

type Given = {
  readonly event: object;
  readonly password?: string;
  /** Sessions that others have, of two. */
  readonly taken?: number;
  readonly paused?: boolean;
};

/** What it answers, and what became of the server. */
async function asked({ event, password, taken = 0, paused = false }: Given) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-test-'));
  await using aws = await openFakeAws();
  await using office = await openOffice({ rows: [names] });
  if (password !== undefined)
    aws.aws.secrets.set('serversync/hq', {
      value: JSON.stringify({ username: account.name, password }),
    });
  const places = await newPlaces(emulators);
  const { control, sessions } = stateIn(emulators, places, 'North');
  for (let at = 0; at < taken; at += 1) await sessions.take('hq', 2, Date.now(), 60_000);
  if (paused) await control.putPauses({ rev: 1, pauses: [{ server: 'hq', at: Date.now() }] });
  const configuration = configurationOf(office.url);
  const more = { AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url };
  await asDeployed(emulators, places, { folder: folder.path, configuration }, more);
  const { handler } = await import('../../functions/doctor.ts');
  const answer: unknown = JSON.parse(JSON.stringify(await handler(event, contextOf('doctor', 300_000))));
  const { look } = insideAnswerSchema.parse(answer);
  const { openSessions, maxOpenSessions } = office.stats;
  const slot = await sessions.take('hq', taken + 1, Date.now(), 60_000);
  return {
    text: JSON.stringify(answer),
    find: (check: string) => look.findings.find((one) => one.check === check),
    look,
    sessions: { openSessions, maxOpenSessions, isGivenBack: slot !== undefined && slot.token === undefined },
    writes: office.writes.length,
    received: (await control.dataUse('hq', monthOf(dayAt(Date.now(), 'UTC'))))
      .values()
      .reduce((sum, bytes) => sum + bytes, 0),
  };
}

const right = { event: { server: 'hq' }, password: account.password };

test('a server is looked at with the account of its secret, by one session that is given back, and what it sent is counted', async () => {
  const { find, look, sessions, text, received, writes } = await asked(right);
  expect(['reachable', 'account', 'layout', 'fields'].map((check) => find(check)?.status)).toEqual(
    Array.from({ length: 4 }, () => 'ok'),
  );
  expect(look.seen.map(({ table, sample }) => [table, sample?.keys.length, sample?.marks[0]?.field])).toEqual(
    [['contacts', 1, 'name']],
  );
  expect(sessions).toEqual({ openSessions: 0, maxOpenSessions: 1, isGivenBack: true });
  expect(find('sessions')).toMatchObject({ status: 'unproven', text: expect.stringContaining('not tried') });
  expect(received).toBeGreaterThan(1000);
  expect(writes).toBe(0);
  expect(text).not.toMatch(/Ann of the north|contact-key-1|open-sesame/i);
});

test.each([
  ['is missing', undefined, /secret serversync\/hq of server hq does not exist, or may not be read/],
  ['is wrong', 'wrong', /answered 212: the account name or password is wrong/],
])('an account that %s is a finding', async (_, password, said) => {
  const { find } = await asked({ event: { server: 'hq' }, ...(password !== undefined && { password }) });
  expect(find('account')).toMatchObject({ status: 'error', text: expect.stringMatching(said) });
});

test('no session is opened beyond those of the configuration, others included', async () => {
  const { find, sessions } = await asked({ ...right, taken: 2 });
  expect(find('sessions')?.status).toBe('error');
  expect(sessions.maxOpenSessions).toBe(0);
}, 60_000);

test('while the sync is at work there nothing is written, and it is said what to do', async () => {
  const { find, writes } = await asked({ ...right, event: { server: 'hq', writeProbe: true } });
  expect(writes).toBe(0);
  expect(find('rights')?.remedy).toContain('serversync pause --server hq --stack North');
});

test('where the server is paused a record is written and taken away again', async () => {
  const { find, writes } = await asked({ ...right, event: { server: 'hq', writeProbe: true }, paused: true });
  expect(find('standstill')?.text).toContain('it is paused');
  expect(find('rights')?.status).toBe('ok');
  expect(writes).toBeGreaterThan(2);
});

test('an event of another form, or of a server that is not there, is refused', async () => {
  await expect(asked({ event: { server: 'hq', tables: [] } })).rejects.toThrow(
    'an event that is not ours was refused',
  );
  await expect(asked({ event: { server: 'elsewhere' } })).rejects.toThrow(
    'no server "elsewhere" was deployed',
  );
});
