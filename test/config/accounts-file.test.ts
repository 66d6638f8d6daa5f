import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { accountsFileOf, readAccountsFile, withAccounts } from '../../src/config/accounts-file.ts';
import { credentialsFromEnvironment } from '../../src/config/credentials.ts';
import { readersIn } from '../../src/config/windows-readers.ts';
import { errorOf } from './examples.ts';

const secret = 'open-sesame-4711';
const stored = { hq: { username: 'sync', password: secret } };
const directory = mkdtempSync(join(tmpdir(), 'serversync-test-'));
const path = join(directory, 'accounts.json');
const onPosix = process.platform !== 'win32';

const write = (text: string): void => {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, text, { mode: 0o600 });
};

/** What is said of the file; whatever it is, no part of an account is in it. */
function refusal(...asked: Parameters<typeof readAccountsFile>): string {
  const error = errorOf(() => void readAccountsFile(...asked));
  expect(error.message + JSON.stringify(error.problems)).not.toContain(secret.slice(0, 5));
  expect(error.problems).toMatchObject([{ place: asked[0] }]);
  return error.message;
}

afterAll(() => rmSync(directory, { recursive: true }));

describe.runIf(onPosix)('the file of accounts', () => {
  beforeEach(() => write(JSON.stringify(stored)));

  test('lies in the folder of the state beside the configuration, unless another is named', () => {
    expect(accountsFileOf('/srv/sync/serversync.yaml', undefined)).toBe(
      '/srv/sync/.serversync/accounts.json',
    );
    expect(accountsFileOf('/srv/sync/serversync.yaml', '/etc/accounts.json')).toBe('/etc/accounts.json');
  });

  test('is read where only its owner may use it, also as an editor on Windows saves it', () => {
    expect(readAccountsFile(path)).toEqual(stored);
    write(`\uFEFF${JSON.stringify(stored)}`);
    expect(readAccountsFile(path)).toEqual(stored);
  });

  test.each([0o640, 0o604, 0o660, 0o644, 0o610, 0o601])(
    'R9: is refused with mode %o, with the way to mend it',
    (mode) => {
      chmodSync(path, mode);
      expect(refusal(path)).toContain(`(mode 0${mode.toString(8)})`);
      expect(refusal(path)).toContain(`chmod 600 '${path}'`);
    },
  );

  test('is refused where it belongs to another user than who runs the sync', () => {
    const owner = (process.getuid?.() ?? 0) + 1;
    expect(refusal(path, { owner })).toContain(`not of ${owner}, who runs the sync`);
  });

  test.each([
    ['no JSON', `{ "hq": { "password": "${secret}" `],
    ['a list', `["${secret}"]`],
    ['an account without a name', JSON.stringify({ hq: { password: secret } })],
    ['an empty password', JSON.stringify({ hq: { username: secret, password: '' } })],
    ['a word that is not known', JSON.stringify({ hq: { ...stored.hq, token: secret } })],
  ])('R9: that is or holds %s is refused, and nothing of it shown', (_, text) => {
    write(text);
    expect(refusal(path)).toContain('not of the form');
  });

  test('that is a folder is refused', () => {
    rmSync(path);
    mkdirSync(path);
    expect(refusal(path)).toContain('Name a file with --accounts');
  });

  test('may be missing, unless it was named', () => {
    const nowhere = join(directory, 'none.json');
    expect(readAccountsFile(nowhere)).toEqual({});
    expect(refusal(nowhere, { isRequired: true })).toContain('serversync accounts set SERVER');
  });
});

describe('an account that is stored', () => {
  const environment = { SERVERSYNC_BRANCH_USERNAME: 'other', SERVERSYNC_BRANCH_PASSWORD: 'pw' };

  test('is used beside those of the environment', () => {
    const all = credentialsFromEnvironment(['hq', 'branch'], withAccounts(environment, stored));
    expect([...all]).toEqual([
      ['hq', stored.hq],
      ['branch', { username: 'other', password: 'pw' }],
    ]);
  });

  test('gives way to the environment as a whole: no name is sent with the password of another account', () => {
    const both = { ...stored, branch: { username: 'stored', password: secret } };
    const all = credentialsFromEnvironment(['branch'], withAccounts(environment, both));
    expect(all.get('branch')).toEqual({ username: 'other', password: 'pw' });
    const half = withAccounts({ SERVERSYNC_HQ_USERNAME: 'other' }, stored);
    expect(errorOf(() => credentialsFromEnvironment(['hq'], half)).message).toContain(
      'SERVERSYNC_HQ_PASSWORD',
    );
  });

  test('is used where the variables are there and empty', () => {
    const empty = { SERVERSYNC_HQ_USERNAME: '', SERVERSYNC_HQ_PASSWORD: '' };
    expect(credentialsFromEnvironment(['hq'], withAccounts(empty, stored)).get('hq')).toEqual(stored.hq);
  });
});

describe('who may read a file on Windows, by its security descriptor', () => {
  test.each<readonly [string, readonly string[]]>([
    ['O:S-1-5-21-1-2-3-1001G:DUD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;S-1-5-21-1-2-3-1001)', []],
    [
      'O:BAG:SYD:AI(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)(A;ID;FR;;;WD)',
      ['all users of this machine', 'everyone'],
    ],
    ['O:BAG:SYD:(A;;FR;;;S-1-1-0)(A;;FR;;;WD)', ['everyone']],
    ['O:BAG:SYD:(A;;FA;;;S-1-5-21-1-2-3-513)', ['all users of the domain']],
    ['O:BAG:SYD:(D;;FA;;;WD)(A;;FA;;;SY)', []],
    ['O:BAG:SYD:(A;;FA;;;AU)', ['all who are logged in']],
  ])('%s: %j', (sddl, readers) => {
    expect(readersIn(sddl)).toEqual(readers);
  });
});
