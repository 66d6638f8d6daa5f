/** The app as `cdk` runs it: a process of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { cdkJson } from './support/cdk-json.ts';
import { configurationText, manyServers, office, untold } from './support/synthesised.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serversync-app-'));
});
afterAll(() => rm(folder, { recursive: true }));

const out = (): string => join(folder, 'cdk.out');

async function written(text: string): Promise<string> {
  const path = join(folder, 'serversync.yaml');
  await writeFile(path, text);
  return path;
}

/** As cdk.json says it, with the context as CDK hands it over. */
async function runApp(context: Readonly<Record<string, string>>) {
  await rm(out(), { recursive: true, force: true });
  const [command = '', ...args] = cdkJson.app.split(' ');
  expect(command).toBe('node');
  return spawnSync(process.execPath, args, {
    cwd: project,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: out(),
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }),
    },
  });
}

const runCommandLine = (config: string) =>
  spawnSync(process.execPath, ['src/cli/main.ts', 'status', '--config', config], {
    cwd: project,
    encoding: 'utf8',
  });

test('a mistake in the configuration stops it with the message of the command line, and no stack', async () => {
  const config = await written(configurationText(office).replaceAll('timeZone: UTC', 'timeZone: Utopia'));
  const app = await runApp({ config });
  const commandLine = runCommandLine(config);
  expect(app.stderr).toContain('servers.hq.timeZone is "Utopia"');
  expect(app.stderr).toBe(commandLine.stderr);
  expect(app.status).toBe(2);
  expect(commandLine.status).toBe(2);
});

test('a file that is not there stops it likewise', async () => {
  const config = join(folder, 'none.yaml');
  const app = await runApp({ config });
  expect(app.stderr).toBe(runCommandLine(config).stderr);
  expect(app.status).toBe(2);
});

test('what only AWS refuses is answered in the same form', async () => {
  const app = await runApp({
    config: await written(configurationText({ ...office, enumerate: '30 seconds' })),
    stack: 'Server_Sync',
  });
  expect(app.stderr).toMatch(/^serversync: the configuration has 2 problems:\n/);
  expect(app.stderr).toContain('schedule.enumerate is "30 seconds"\n    not a whole number of minutes');
  expect(app.stderr).toContain('the name of the stack (-c stack=NAME) is "Server_Sync"');
  expect(app.status).toBe(2);
});

test('too many servers are answered in the same form', async () => {
  const app = await runApp({ config: await written(configurationText(manyServers(80))) });
  expect(app.stderr).toMatch(/serversync\.yaml:2:1 {2}servers\n {4}80 servers make \d+ resources/);
  expect(app.status).toBe(2);
});

test('a template that AWS would not take is answered in the same form, with its size', async () => {
  const tags = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [
      `a tag with a name ${index}`,
      'and a value that is rather long',
    ]),
  );
  const app = await runApp({
    config: await written(configurationText({ ...manyServers(40), aws: { tags } })),
  });
  expect(app.stderr).toMatch(/serversync\.yaml:\d+:\d+ {2}aws\.tags/);
  expect(app.stderr).toMatch(
    /the template of 40 servers with 50 tags each has \d{7} bytes, and AWS takes 1000000/,
  );
  expect(app.status).toBe(2);
});

test('it makes the stack that was asked for from the file that was named, over the real functions', async () => {
  const config = await written(configurationText(office));
  const app = await runApp({ config, stack: 'Office' });
  expect(app.stderr).toBe('');
  expect(app.status).toBe(0);
  const made = await readdir(out());
  expect(made).toContain('Office.template.json');
  expect(made.filter((name) => name.startsWith('asset.'))).toHaveLength(6);
});

test('a file that is named by nothing is answered in the same form', async () => {
  const app = await runApp({ config: '' });
  expect(app.stderr).toMatch(/^serversync: the configuration has a problem:\nthe file of the configuration/);
  expect(app.stderr).toContain('Name the file, or leave the option out');
  expect(app.status).toBe(2);
});

test('the configuration names the stack, and the option another one', async () => {
  const config = await written(configurationText({ ...office, aws: { stack: 'Offices' } }));
  const madeWith = async (context: Readonly<Record<string, string>>) => {
    expect((await runApp({ config, ...context })).stderr).toBe('');
    return (await readdir(out())).filter((name) => name.endsWith('.template.json'));
  };
  expect(await madeWith({})).toEqual(['Offices.template.json']);
  expect(await madeWith({ stack: 'Trial' })).toEqual(['Trial.template.json']);
});

test('that nobody would get an alarm is said where it is made', async () => {
  const app = await runApp({ config: await written(configurationText(untold)) });
  expect(app.stderr).toContain('WARNING Nobody would get an alarm: neither alarms.email nor');
  expect(app.status).toBe(0);
});

test('every switch of the CDK library is set, so that it says nothing about those that are not', async () => {
  const file = fileURLToPath(import.meta.resolve('aws-cdk-lib/recommended-feature-flags.json'));
  const recommended = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, 'utf8')));
  expect(cdkJson.context).toEqual(recommended);
});

test('servers on this machine are refused unless AWS is emulated here', async () => {
  const config = await written(
    configurationText(office)
      .replace('https://hq.example.com', 'http://127.0.0.1:8081')
      .replace('https://branch.example.com', 'http://127.0.0.1:8082'),
  );
  expect((await runApp({ config })).stderr).toContain('an address of this machine');
  expect((await runApp({ config, emulator: '1' })).status).toBe(0);
});
