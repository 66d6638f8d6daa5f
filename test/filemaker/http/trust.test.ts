import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAddress } from '../../../src/filemaker/http/address.ts';
import { account, connect, contacts, never } from '../data-api/bindings.ts';
import { envelope, startScripted, withSessions } from './scripted-server.ts';
import { selfSigned } from './self-signed.ts';

const script = withSessions(() => envelope('0', { data: [] }));
const all = { offset: 0, limit: 10 };

test('a certificate that nobody trusts is refused before anything is sent, with the reason and the way to name its authority', async () => {
  await using fake = await startScripted(script, selfSigned);
  await using connected = connect(fake.url);
  const failure: unknown = await connected.server
    .table(contacts)
    .list(all, never)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'certificate-untrusted', server: 'berlin' });
  expect(String(failure)).toMatch(/"berlin" at https:\S+ .*DEPTH_ZERO_SELF_SIGNED_CERT.*`caFile`/);
  expect(fake.requests).toEqual([]);
});

test('the environment cannot switch the check of certificates off', async () => {
  await using fake = await startScripted(script, selfSigned);
  await using connected = connect(fake.url);
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await expect(connected.server.probe(never)).rejects.toMatchObject({ code: 'certificate-untrusted' });
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
  }
});

test('the same certificate is accepted where the configuration names it as authority', async () => {
  await using fake = await startScripted(script, selfSigned);
  await using connected = connect(fake.url, { ca: selfSigned.cert });
  expect(await connected.server.table(contacts).list(all, never)).toEqual({ records: [], foundCount: 0 });
});

test('when the certificate ends is told with the clock, and over plain http nothing is', async () => {
  await using fake = await startScripted(script, selfSigned);
  await using connected = connect(fake.url, { ca: selfSigned.cert });
  expect((await connected.server.probe(never)).certificateEndsAt).toBe(Date.UTC(2120, 0, 1));
  await using plain = await startScripted(script);
  await using other = connect(plain.url);
  expect(Object.keys(await other.server.probe(never)).toSorted()).toEqual(['at', 'offset']);
});

test('the authority may be given as a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trust-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, selfSigned.cert);
  await using fake = await startScripted(script, selfSigned);
  await using connected = connect(fake.url, { caFile });
  rmSync(folder, { recursive: true });
  expect(await connected.server.table(contacts).list(all, never)).toEqual({ records: [], foundCount: 0 });
});

test('a certificate for another host is refused although its authority is trusted', async () => {
  await using fake = await startScripted(script, selfSigned);
  await using connected = connect(fake.url.replace('127.0.0.1', 'localhost'), { ca: selfSigned.cert });
  await expect(connected.server.probe(never)).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(fake.requests).toEqual([]);
});

test.each([
  'http://fm.example.com',
  'http://10.0.0.7',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'ftp://127.0.0.1',
  'fm.example.com',
  'https://sync:secret-of-sync@fm.example.com',
  'https://fm.example.com/fmi/admin',
])('the address %s is refused, without repeating a password', (url) => {
  expect(() => connect(url)).toThrow(TypeError);
  expect(() => connect(url)).not.toThrow(/secret-of-sync/);
  expect(() => connect(url)).not.toThrow(account.password);
});

test.each(['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:80', 'https://fm.example.com:8443'])(
  'the address %s is taken',
  (url) => {
    expect(parseAddress('berlin', url).isSecure).toBe(url.startsWith('https'));
  },
);
