import { createServer } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../filemaker/http/self-signed.ts';
import { openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { inFrontOf, listening } from './support/listening.ts';
import { account } from './support/office.ts';
import { changed, offices, refusal } from './support/refusal.ts';
import { row, rows } from './support/rows.ts';

describe('accounts', () => {
  test('variables that are not set are all named: exit code 2, and no server is asked', async () => {
    await using bench = await openBench({ offices });
    delete bench.environment['SERVERSYNC_HQ_PASSWORD'];
    delete bench.environment['SERVERSYNC_BRANCH_USERNAME'];
    const stderr = await refusal(bench, 2);
    expect(stderr).toContain('SERVERSYNC_HQ_PASSWORD\n    not set. Set it to the password');
    expect(stderr).toContain('SERVERSYNC_BRANCH_USERNAME\n    not set. Set it to the account name');
    expect(bench.hq.stats.requests.productInfo).toBe(0);
  });

  test('a wrong password: exit code 3 after one login, since a server locks accounts that hammer', async () => {
    await using bench = await openBench({ offices });
    bench.environment['SERVERSYNC_BRANCH_PASSWORD'] = 'a wrong one';
    const stderr = await refusal(bench, 3);
    expect(stderr).toContain('server "branch" answered 212: the account name or password is wrong');
    expect(stderr).not.toContain('a wrong one');
    expect(bench.branch.stats.requests.login).toBe(1);
  });

  test('an account without fmrest is told what it lacks: exit code 3', async () => {
    const barred = { ...account, canUseDataApi: false };
    await using bench = await openBench({ offices: { ...offices, branch: { accounts: [barred] } } });
    const stderr = await refusal(bench, 3);
    expect(stderr).toContain('server "branch"');
    expect(stderr).toContain('fmrest');
  });
});

describe('hosts', () => {
  test('one that does not answer: exit code 3, with address, cause and what to check', async () => {
    await using bench = await openBench({ offices });
    await bench.branch.close();
    const stderr = await refusal(bench, 3);
    expect(stderr).toContain(`server "branch" at ${bench.branch.url} did not answer`);
    expect(stderr).toContain('the connection was refused (ECONNREFUSED)');
    expect(stderr).toContain('check the address');
  });

  test('one that is no FileMaker Server: exit code 3', async () => {
    await using bench = await openBench({ offices });
    await using web = await listening(
      createServer((_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>It works</html>');
      }),
    );
    await bench.configure(changed(['servers', 'branch', 'url'], `http://127.0.0.1:${web.port}`));
    const stderr = await refusal(bench, 3);
    expect(stderr).toContain(
      `server "branch" at http://127.0.0.1:${web.port} is no FileMaker Server with its Data API on`,
    );
    expect(stderr).toContain('enable the Data API in the Admin Console');
  });

  test('a database that is not on the server: exit code 3, by name and with what to check', async () => {
    await using bench = await openBench({ offices });
    await bench.configure(changed(['servers', 'branch', 'database'], 'Mian'));
    const stderr = await refusal(bench, 3);
    expect(stderr).toContain('database "Mian" on server "branch" answered 802');
    expect(stderr).toContain('check its name');
  });

  test('a certificate that nobody vouches for: exit code 3, and not one request with the password', async () => {
    await using bench = await openBench({ offices });
    await using secure = await inFrontOf(bench.branch.url);
    await bench.configure(changed(['servers', 'branch', 'url'], `https://127.0.0.1:${secure.port}`));
    const stderr = await refusal(bench, 3);
    expect(stderr).toContain(
      `the certificate of server "branch" at https://127.0.0.1:${secure.port} is not trusted`,
    );
    expect(stderr).toContain('name its authority as `caFile`');
    expect(secure.requests()).toBe(0);
  });

  test('the same certificate is believed once its authority is named', async () => {
    await using bench = await openBench({ offices });
    await using secure = await inFrontOf(bench.branch.url);
    await writeFile(join(bench.directory, 'office.pem'), selfSigned.cert);
    const withCa = changed(['servers', 'branch', 'caFile'], 'office.pem');
    const secured = changed(['servers', 'branch', 'url'], `https://127.0.0.1:${secure.port}`);
    await bench.configure((configuration) => withCa(secured(configuration)));
    const { code } = await bench.command('run', '--once');
    expect(code).toBe(0);
    expect(bench.branch.byKey.size).toBe(8);
    expect(secure.requests()).toBeGreaterThan(0);
  });
});

test('records with an empty and with a doubled key are set aside through the command too: exit code 1', async () => {
  const odd = [row(20, { id: '' }), row(21), row(21, { name: 'the same key' })];
  await using bench = await openBench({ offices: { hq: { rows: [...rows(0, 5), ...odd] }, branch: {} } });
  const { code, stdout, stderr } = await bench.command('run', '--once', '--json');
  expect(code).toBe(1);
  expect(lastObject(stdout)).toMatchObject({ exitCode: 1, parked: 2 });
  expect(stderr).toContain('2 records parked (serversync status says why)');
  expect(new Set(bench.branch.byKey.keys())).toEqual(new Set(rows(0, 5).map(({ id }) => id)));
  const status = await bench.command('status');
  expect(status.code).toBe(1);
  expect(status.stdout).toContain('contacts on hq: 1 record: the key field is empty (empty-key)');
  expect(status.stdout).toContain('contacts on hq: 1 record: more than one record has this key');
  const { stdout: listed } = await bench.command('parked list');
  expect(listed).toContain('(record id 6)');
  expect(listed).toContain('K-00021');
});
