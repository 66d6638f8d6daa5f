/**
 * What somebody does who has never seen ServerSync, in the order of the README, each step by the program as it is installed: from
 * an empty folder and two servers to a conflict that was decided in the console. Every step begins where the last one ended.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launched, openPage, type SeenPage } from '../browser/support/seen-page.ts';
import { lastObject } from '../end-to-end/support/command-line.ts';
import { until } from '../end-to-end/support/until.ts';
import { type Installation, install } from './support/installation.ts';
import { changeContact, contactsAt, createContact, practiceAccounts } from './support/practice.ts';

const begunAt = Date.now();
let installation: Installation;
let browser: Browser;
let servers: { readonly hq: string; readonly branch: string };

beforeAll(async () => {
  [installation, browser] = await Promise.all([install(), launched()]);
  servers = { hq: await installation.simulate(), branch: await installation.simulate() };
  for (const name of ['Ada Lovelace', 'Blaise Pascal', 'Carl Friedrich Gauß'])
    await createContact(servers.hq, { name, phone: '1' });
  await createContact(servers.branch, { name: 'Đuro Đaković', phone: '1' });
});
afterAll(async () => {
  await browser?.close();
  await installation?.[Symbol.asyncDispose]();
  console.log(`from packing to the decided conflict: ${((Date.now() - begunAt) / 1000).toFixed(0)} s`);
});

const serversync = (...args: readonly string[]) => installation.run(args, practiceAccounts);

describe('from an empty folder to a decided conflict:', () => {
  test('init writes a configuration without asking, from what it finds on the two servers', async () => {
    const named = Object.entries(servers).flatMap(([name, url]) => ['--server', `${name}=${url}`]);
    const zones = ['--time-zone', 'hq=UTC', '--time-zone', 'branch=UTC'];
    const { code, stdout } = await serversync('init', '--yes', ...named, ...zones);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('wrote serversync.yaml') });
  });

  test('doctor finds nothing that would keep the sync from working', async () => {
    const { code, stdout } = await serversync('doctor', '--json');
    expect([0, 1]).toContain(code);
    const findings = Object(lastObject(stdout)['findings']);
    expect(findings).toContainEqual(expect.objectContaining({ status: 'ok', table: 'contacts' }));
    expect(findings).not.toContainEqual(expect.objectContaining({ status: 'error' }));
  });

  test('plan says that a run would create three records here and one there, and writes none', async () => {
    const { code, stdout } = await serversync('plan');
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('A run would write 4') });
    expect((await contactsAt(servers.branch)).size).toBe(1);
  });

  test('run --once leaves the same four records on both', async () => {
    const { code, stdout } = await serversync('run', '--once');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('In step: 4 records on 2 servers'),
    });
    expect(await namesAt(servers.branch)).toEqual(await namesAt(servers.hq));
    expect(await namesAt(servers.branch)).toContain('Carl Friedrich Gauß');
  });

  test('status says that nothing waits', async () => {
    expect(await serversync('status')).toMatchObject({ code: 0 });
  });

  test('two people who change the name of one record in two offices make a conflict, which is decided', async () => {
    const ada = await keyOf('Ada Lovelace');
    await changeContact(servers.hq, ada, { name: edits.hq });
    await changeContact(servers.branch, ada, { name: edits.branch });
    expect(await serversync('run', '--once')).toMatchObject({ code: 0 });
    const { stdout } = await serversync('conflicts', 'list');
    for (const name of Object.values(edits)) expect(stdout).toContain(name);
  });

  test('the console shows both values, and the other one is chosen there', async () => {
    const console = installation.start(['console'], practiceAccounts);
    await until(() => console.stdout.includes('Ctrl-C'), console.ended);
    const address = /http:\/\/\S+/.exec(console.stdout)?.[0] ?? '';
    const seen = await openPage(browser, address);
    await chooseIn(seen, await loser());
    expect(seen).toMatchObject({ errors: [], elsewhere: [] });
    await seen.close();
    console.child.kill('SIGINT');
    expect(await console.ended).toMatchObject({ code: 0 });
  });

  test('the next run carries the choice to both servers', async () => {
    const chosen = edits[await loser()];
    expect(await serversync('run', '--once')).toMatchObject({ code: 0 });
    for (const url of Object.values(servers)) expect(await namesAt(url)).toContain(chosen);
    expect(await serversync('status')).toMatchObject({ code: 0 });
  });
});

const edits = { hq: 'Ada, Countess of Lovelace', branch: 'Augusta Ada King' };
type Server = keyof typeof edits;

const keyOf = async (name: string): Promise<string> =>
  [...(await contactsAt(servers.hq))].find(([, { values }]) => values['name'] === name)?.[0] ?? '';

/** Both edits may be of the same second: then the server that is named first has won. */
async function loser(): Promise<Server> {
  return (await namesAt(servers.hq)).includes(edits.hq) ? 'branch' : 'hq';
}

/** As a person finds their way: by what is to be read on the page. */
async function chooseIn({ page }: SeenPage, server: Server): Promise<void> {
  await page.getByRole('link', { name: 'Conflicts' }).click();
  await page.getByRole('rowheader').getByRole('link').first().click();
  for (const name of Object.values(edits)) await page.getByText(name).first().waitFor();
  await page.getByRole('button', { name: `Keep ${server}'s value of name` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  await page.locator('.notice').getByText('chosen: name is').waitFor();
}

const byCode = (one: string, other: string): number => Number(one > other) - Number(one < other);

const namesAt = async (url: string): Promise<readonly string[]> =>
  [...(await contactsAt(url)).values()].map(({ values }) => values['name'] ?? '').toSorted(byCode);
