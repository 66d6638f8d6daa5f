/** FileMaker's own webhooks wake `run --watch`: over real HTTP, with the schedule at five minutes unless it says otherwise. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Bench, openBench } from './support/bench.ts';
import type { Running } from './support/command-line.ts';
import { rows } from './support/rows.ts';
import { until } from './support/until.ts';

/** One that nobody listens at now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

type Woken = { readonly bench: Bench; readonly start: () => Promise<Running>; readonly port: number };

async function woken(enumerate = '5 minutes', api: 'data' | 'odata' = 'data'): Promise<Woken> {
  const bench = await openBench({
    offices: { hq: { rows: rows(0, 3) }, branch: { rows: rows(0, 3) } },
    servers: { hq: { wake: 'webhook' }, branch: { wake: 'webhook', api } },
    ...(api === 'odata' && { links: { branch: { layout: undefined, table: 'Contacts' } } }),
  });
  const port = await freePort();
  const webhook = { listen: `127.0.0.1:${port}` };
  await bench.configure((configuration) => ({ ...configuration, webhook, schedule: { enumerate } }));
  const start = async (): Promise<Running> => {
    const running = bench.start('run', '--watch');
    await until(() => (running.stderr + running.stdout).split('stands').length > 2, running.ended);
    return running;
  };
  return { bench, start, port };
}

async function ended(running: Running): Promise<string> {
  running.child.kill('SIGTERM');
  const { code, stdout, stderr } = await running.ended;
  expect(code).toBe(0);
  return stdout + stderr;
}

const shownAll = z.object({ webhooks: z.array(z.looseObject({ webhook: z.string(), select: z.string() })) });
const kept = z.object({ secret: z.string() });

const authorization = `Basic ${Buffer.from('sync:open-sesame-4711').toString('base64')}`;

/** As an administrator sees them, on the server itself. */
const standingOn = async (
  bench: Bench,
  name: 'hq' | 'branch',
): Promise<readonly { readonly webhook: string; readonly select: string }[]> => {
  const answer = await fetch(`${bench[name].url}/fmi/odata/v4/Main/Webhook.GetAll`, {
    headers: { authorization },
  });
  return shownAll.parse(await answer.json()).webhooks;
};

test.each(['data', 'odata'] as const)(
  'edits on both servers cross before the schedule reads again, and what is written by it does not go round: hq by the Data API, branch by %s',
  async (api) => {
    const { bench, start, port } = await woken('5 minutes', api);
    await using _closed = bench;
    const { hq, branch } = bench;
    const running = await start();
    hq.edit('K-00001', { name: 'by hq' });
    await until(() => branch.value('K-00001', 'name') === 'by hq', running.ended);
    branch.edit('K-00002', { notes: 'by branch' });
    branch.create({ id: 'NEW', name: 'made at branch' });
    await until(() => hq.byKey.has('NEW') && hq.value('K-00002', 'notes') === 'by branch', running.ended);
    const writes = [hq, branch].map((office) => office.writes.length);
    expect(writes).toEqual([2, 1]);
    const [webhook] = await standingOn(bench, 'hq');
    expect(webhook?.webhook).toMatch(
      new RegExp(String.raw`^http://127\.0\.0\.1:${port}/v1/\w+/\w+/hq/contacts$`),
    );
    expect(webhook?.select).toBe('"id"');
    const secretFile = join(bench.directory, '.serversync', 'webhook-secret.json');
    const { secret } = kept.parse(JSON.parse(await readFile(secretFile, 'utf8')));
    expect((await stat(secretFile)).mode & 0o077).toBe(0);
    // R9
    const said = await ended(running);
    expect(said).not.toContain(secret);
    expect(JSON.stringify(await standingOn(bench, 'hq'))).toContain(secret);
  },
);

test('with every call lost nothing is: the schedule brings what was edited', async () => {
  const { bench, start } = await woken('1 second');
  await using _closed = bench;
  const { hq, branch } = bench;
  for (const office of [hq, branch]) office.control.addTrouble({ effect: { kind: 'lose' }, on: ['call'] });
  const running = await start();
  hq.edit('K-00001', { name: 'by hq' });
  await until(() => branch.value('K-00001', 'name') === 'by hq', running.ended);
  expect(await ended(running)).toContain('1 webhook on hq stands');
});

test('after another start the webhooks are those that stood, and one that somebody removed is there again', async () => {
  const { bench, start } = await woken();
  await using _closed = bench;
  await ended(await start());
  const before = await standingOn(bench, 'hq');
  expect(before).toHaveLength(1);
  await fetch(`${bench.branch.url}/fmi/odata/v4/Main/Webhook.Delete(1)`, {
    method: 'POST',
    headers: { authorization },
    body: '{}',
  });
  expect(await standingOn(bench, 'branch')).toEqual([]);
  await ended(await start());
  expect(await standingOn(bench, 'hq')).toEqual(before);
  expect(await standingOn(bench, 'branch')).toHaveLength(1);
});

test('a secret of the environment that is unfit keeps run --watch from starting, and is not shown', async () => {
  const { bench } = await woken();
  await using _closed = bench;
  bench.environment['SERVERSYNC_WEBHOOK_SECRET'] = 'secret-abc';
  const { code, stdout, stderr } = await bench.command('run --watch');
  expect(code).toBe(2);
  expect(stderr).toContain('SERVERSYNC_WEBHOOK_SECRET');
  expect(stderr).toContain('a secret that could be guessed');
  expect(stdout + stderr).not.toContain('secret-abc');
});

test('a secret that cannot be read any more ends nothing, whoever calls: the one that was read last counts', async () => {
  const { bench, start, port } = await woken();
  await using _closed = bench;
  const { hq, branch } = bench;
  const running = await start();
  hq.edit('K-00001', { name: 'by hq' });
  await until(() => branch.value('K-00001', 'name') === 'by hq', running.ended);
  await writeFile(join(bench.directory, '.serversync', 'webhook-secret.json'), '');
  // A secret that was read counts for two seconds.
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  hq.edit('K-00002', { name: 'after it' });
  await until(() => branch.value('K-00002', 'name') === 'after it', running.ended);
  await ended(running);
});

test('a secret that cannot be read when it starts is told, with what to do, and the schedule is kept', async () => {
  const { bench } = await woken('1 second');
  await using _closed = bench;
  await mkdir(join(bench.directory, '.serversync'));
  await writeFile(join(bench.directory, '.serversync', 'webhook-secret.json'), 'not ours');
  const running = bench.start('run', '--watch');
  await until(
    () => running.stdout.includes('webhooks: those on hq could not be looked after'),
    running.ended,
  );
  expect(running.stdout).toContain('Remove it: another secret is made');
  bench.hq.edit('K-00001', { name: 'by hq' });
  await until(() => bench.branch.value('K-00001', 'name') === 'by hq', running.ended);
  await ended(running);
});

test('where the address is taken the schedule goes on alone, and it says so; once the address is free FileMaker calls', async () => {
  const { bench, port } = await woken('1 second');
  await using _closed = bench;
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  const running = bench.start('run', '--watch');
  bench.hq.edit('K-00001', { name: 'by hq' });
  await until(() => bench.branch.value('K-00001', 'name') === 'by hq', running.ended);
  expect(running.stdout + running.stderr).toContain('EADDRINUSE');
  const told = (await bench.start('attention').ended).stdout.replaceAll(/\s+/g, ' ');
  expect(told).toContain(`nothing can listen at 127.0.0.1:${port}`);
  await new Promise((resolve) => other.close(resolve));
  await until(() => running.stdout.includes('1 webhook on hq stands'), running.ended);
  expect(await ended(running)).toContain('hq, branch may call');
});

test('serversync webhooks shows what stands, exchanges the secret beside the process at work, and takes all away', async () => {
  const { bench, start } = await woken();
  await using _closed = bench;
  const { hq, branch } = bench;
  const running = await start();
  hq.edit('K-00001', { name: 'by hq' });
  await until(() => branch.value('K-00001', 'name') === 'by hq', running.ended);
  const asked = await bench.start('webhooks').ended;
  expect(asked.stdout).toMatch(
    /hq: 1 webhook on hq stands[^]*contacts: Contacts in Main, since .*; nothing waits/,
  );
  expect(asked.code).toBe(0);
  const [before] = await standingOn(bench, 'hq');
  expect((await bench.start('webhooks', '--new-secret').ended).code).toBe(0);
  const [after, ...others] = await standingOn(bench, 'hq');
  expect(others).toEqual([]);
  expect(after?.webhook).not.toBe(before?.webhook);
  hq.edit('K-00002', { name: 'with the new secret' });
  await until(() => branch.value('K-00002', 'name') === 'with the new secret', running.ended);
  const removed = await bench.start('webhooks', '--remove').ended;
  expect(removed.stdout).toContain('webhooks: none of ours is left on hq');
  expect([await standingOn(bench, 'hq'), await standingOn(bench, 'branch')]).toEqual([[], []]);
  // What another installation has there is not counted as ours.
  const theirs = { webhook: 'http://127.0.0.1:1/v1/other/mark/hq/contacts', tableName: 'Contacts' };
  const added = await fetch(`${hq.url}/fmi/odata/v4/Main/Webhook.Add`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(theirs),
  });
  expect(added.status).toBe(200);
  const looked = (await bench.start('doctor', '--server', 'hq').ended).stdout.replaceAll(/\s+/g, ' ');
  expect(looked).toContain('none of this installation stands yet; 1 of other installations');
  await ended(running);
});

const named = z.looseObject({
  servers: z.record(z.string(), z.unknown()),
  tables: z.record(z.string(), z.looseObject({ servers: z.record(z.string(), z.unknown()) })),
});

/** As if it had never been in the configuration. */
function without(configuration: unknown, server: string) {
  const all = named.parse(configuration);
  const others = (servers: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(servers).filter(([name]) => name !== server));
  const tables = Object.entries(all.tables).map(([name, table]) => [
    name,
    { ...table, servers: others(table.servers) },
  ]);
  return { ...all, servers: others(all.servers), tables: Object.fromEntries(tables) };
}

test('webhooks of a server that the configuration does not name any more are told of, and taken away when that is asked for', async () => {
  const office = { rows: rows(0, 1) };
  await using bench = await openBench({
    offices: { hq: office, branch: office, shop: office },
    servers: { hq: { wake: 'webhook' }, branch: { wake: 'webhook' } },
  });
  const webhook = { listen: `127.0.0.1:${await freePort()}` };
  await bench.configure((configuration) => ({ ...configuration, webhook }));
  const running = bench.start('run', '--watch');
  await until(() => running.stdout.split('stands').length > 2, running.ended);
  await ended(running);
  expect(await standingOn(bench, 'branch')).toHaveLength(1);
  await bench.configure((configuration) => ({ ...without(configuration, 'branch'), webhook }));
  const told = (await bench.start('attention').ended).stdout.replaceAll(/\s+/g, ' ');
  expect(told).toContain(
    'branch: the configuration does not name it any more, and 1 webhook of ours may stand',
  );
  expect(told).toContain('serversync webhooks --remove --server branch');
  expect((await bench.start('webhooks').ended).stdout).toContain('--remove --server branch');
  const removed = await bench.start('webhooks', '--remove', '--server', 'branch').ended;
  expect(removed.stdout).toContain('webhooks: none of ours is left on branch');
  expect(removed.code).toBe(0);
  expect(await standingOn(bench, 'branch')).toEqual([]);
  expect(await standingOn(bench, 'hq')).toHaveLength(1);
  expect((await bench.start('webhooks').ended).stdout).not.toContain('branch');
});

test('what FileMaker does not reach is told by status, attention and webhooks', async () => {
  const { bench, start } = await woken();
  await using _closed = bench;
  await ended(await start());
  bench.hq.edit('K-00001', { name: 'while nobody listens' });
  await until(
    async () => JSON.stringify(await standingOn(bench, 'hq')).includes('1631'),
    new Promise(() => undefined),
  );
  const renewed = await bench.start('webhooks', '--renew').ended;
  expect(renewed.stdout).toMatch(/contacts: .* 1 call waits.*failed with 1631/);
  expect(renewed.code).toBe(1);
  expect((await bench.start('attention').ended).stdout).toContain(
    'FileMaker does not reach what its webhooks call',
  );
  expect((await bench.start('status').ended).stdout).toContain('1 webhook on hq stands');
  const looked = await bench.start('doctor', '--server', 'hq').ended;
  expect(looked.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /does not reach what its webhooks call: 1 call to be made, .* 1631/,
  );
});

test('a server that is too old is said to have no webhooks by run --watch and by the doctor, and is read by its schedule', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 3), version: '21' }, branch: { rows: rows(0, 3) } },
    servers: { hq: { wake: 'webhook' } },
  });
  const webhook = { listen: `127.0.0.1:${await freePort()}` };
  await bench.configure((configuration) => ({
    ...configuration,
    webhook,
    schedule: { enumerate: '1 second' },
  }));
  const secretFile = join(bench.directory, '.serversync', 'webhook-secret.json');
  await mkdir(join(bench.directory, '.serversync'));
  const secret = { installation: 'a1', secret: 'x'.repeat(43), former: 'y'.repeat(43) };
  await writeFile(secretFile, JSON.stringify(secret));
  const running = bench.start('run', '--watch');
  await until(() => running.stdout.includes('knows no webhooks'), running.ended);
  // No webhook carries the former secret: it counts no more.
  await until(async () => !(await readFile(secretFile, 'utf8')).includes('former'), running.ended);
  bench.hq.edit('K-00001', { name: 'by hq' });
  await until(() => bench.branch.value('K-00001', 'name') === 'by hq', running.ended);
  await ended(running);
  expect((await bench.start('doctor', '--server', 'hq').ended).stdout).toContain('FileMaker Server 22.0.4');
});

test('a server that is paused is not asked for its webhooks either', async () => {
  const { bench } = await woken();
  await using _closed = bench;
  await bench.run();
  await bench.start('pause', '--server', 'hq').ended;
  const running = bench.start('run', '--watch');
  await until(() => running.stdout.includes('1 webhook on branch stands'), running.ended);
  expect(bench.hq.stats.requests.webhook).toBe(0);
  await ended(running);
});
