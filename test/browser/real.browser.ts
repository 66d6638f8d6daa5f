/** The page over the real `serversync console` and two simulated servers, one step after the other, as an operator goes. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench } from '../end-to-end/support/bench.ts';
import { contactFields } from '../end-to-end/support/office.ts';
import { row, rows } from '../end-to-end/support/rows.ts';
import { launched, openPage, picture, type SeenPage, show } from './support/seen-page.ts';

let browser: Browser;
let bench: Bench;
let seen: SeenPage;
let page: Page;
let address: string;

const tooLong = 'longer than twelve letters';
const old = { modified_at: '2024-05-01T10:00:00' };

beforeAll(async () => {
  const fields = contactFields.map((field) =>
    field.name === 'notes' ? { ...field, validation: { maxLength: 12, overridable: false } } : field,
  );
  const ofHq = rows(0, 130).with(11, row(11, { notes: tooLong }));
  bench = await openBench({
    offices: { hq: { rows: ofHq.map((one) => ({ ...one, ...old })) }, branch: { fields } },
    table: { conflicts: 'hold' },
  });
  await bench.configure((configuration) => ({ ...configuration, schedule: { settle: '0 seconds' } }));
  await bench.run();
  await bench.run();
  browser = await launched();
  address = await consoleAddress();
  seen = await openPage(browser, address);
  page = seen.page;
});
afterAll(async () => {
  await browser?.close();
  await bench?.[Symbol.asyncDispose]();
});

/** As the command prints it. */
async function consoleAddress(): Promise<string> {
  const running = bench.start('console');
  const ended = running.ended.then(({ stderr }) => Promise.reject(new Error(`the console ended: ${stderr}`)));
  const printed = (async () => {
    for (;;) {
      const found = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(running.stdout)?.[0];
      if (found !== undefined) return found;
      await new Promise((soon) => setTimeout(soon, 50));
    }
  })();
  return Promise.race([printed, ended]);
}

const button = (name: string | RegExp) => page.getByRole('button', { name });

/** Presses it, confirms, and waits for what is said afterwards. */
async function act(name: string | RegExp, confirm: string, told: string | RegExp): Promise<void> {
  await button(name).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: confirm, exact: true }).click();
  await page.locator('.notice').getByText(told).first().waitFor();
  await button('Dismiss').first().click();
}

const names = (key: string) => [bench.hq.value(key, 'name'), bench.branch.value(key, 'name')];

test('a parked record is told of, is tried again, and is over once its cause is mended', async () => {
  await page.getByText('What waits for you').waitFor();
  await page.getByRole('link', { name: /^See what is parked/ }).click();
  await page.getByText('A value is longer than its field allows').waitFor();
  await picture(page, 'real-parked');
  bench.hq.edit('K-00011', { notes: 'short' });
  await act(
    'Try again K-00011 of contacts on branch',
    'Try again',
    'tried again with the next run: 1 record',
  );
  await bench.run();
  expect(bench.branch.value('K-00011', 'notes')).toBe('short');
  await page.reload();
  await page.getByText('Nothing is parked.').waitFor();
});

test('a held conflict is seen side by side, resolved on both servers, undone, and given a value of its own', async () => {
  bench.hq.edit('K-00001', { name: 'of hq' });
  bench.branch.edit('K-00001', { name: 'of branch' });
  await bench.run();
  await show(page, '#/conflicts');
  await page.getByRole('link', { name: 'contacts, K-00001' }).click();
  await page.getByRole('region', { name: 'name' }).getByText('of branch').waitFor();
  await picture(page, 'real-conflict');
  await act("Keep branch's value of name", 'Keep it', 'chosen: name is "of branch"');
  await bench.run();
  expect(names('K-00001')).toEqual(['of branch', 'of branch']);
  await act('Take the choice back of name', 'Take it back', /taken back: name is held again/);
  await button('Another value … for name').click();
  await page.getByRole('textbox').fill('of both');
  await page.getByRole('button', { name: 'Use this value' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await bench.run();
  expect(names('K-00001')).toEqual(['of both', 'of both']);
});

test('a question that was open when another tab chose overrides nothing: the page shows that choice, and asks anew', async () => {
  bench.hq.edit('K-00002', { name: 'of hq' });
  bench.branch.edit('K-00002', { name: 'of branch' });
  await bench.run();
  await show(page, '#/conflicts');
  await page.getByRole('link', { name: 'contacts, K-00002' }).click();
  // A page of its own: the browser puts down each refusal as an error.
  const { page: late, close } = await openPage(browser, address);
  await show(late, new URL(page.url()).hash);
  const keepOfHq = late.getByRole('button', { name: "Keep hq's value of name" });
  const keepIt = late.getByRole('dialog').getByRole('button', { name: 'Keep it' });
  await keepOfHq.click();
  await act("Keep branch's value of name", 'Keep it', 'chosen: name is "of branch"');
  // What is shown behind the question is new by now, and it still asks about what was.
  await late.evaluate("window.dispatchEvent(new Event('online'))");
  await late.locator('dd').getByText('of branch').first().waitFor();
  await keepIt.click();
  await late.locator('.notice').getByText('somebody chose name since this was shown').waitFor();
  await late.getByRole('dialog').waitFor({ state: 'detached' });
  await bench.run();
  expect(names('K-00002')).toEqual(['of branch', 'of branch']);
  await keepOfHq.click();
  await keepIt.click();
  await late.locator('.notice').getByText('chosen: name is "of hq"').waitFor();
  await close();
  await bench.run();
  expect(names('K-00002')).toEqual(['of hq', 'of hq']);
});

test('a plan shows what a run would write, and a comparison that servers hold the same after it', async () => {
  bench.hq.edit('K-00005', { name: 'changed once' });
  await show(page, '#/plan');
  await button('Make a plan').click();
  await page.getByRole('heading', { name: 'A run would write 1 record' }).waitFor();
  await picture(page, 'real-plan');
  expect(bench.branch.value('K-00005', 'name')).toBe('contact 5');
  await bench.run();
  await show(page, '#/verify');
  await button('Compare now').click();
  await page.getByRole('heading', { name: 'All servers hold the same' }).waitFor();
});

test('a record has its history by key, and holds again what it held', async () => {
  bench.branch.edit('K-00005', { name: 'changed twice' });
  await bench.run();
  await show(page, '#/history');
  await page.getByLabel('Key of the record').fill('K-00005');
  await page.keyboard.press('Enter');
  await page.getByText('changed on branch').waitFor();
  await picture(page, 'real-history');
  await button(/^Put back to this what it held after version/)
    .first()
    .click();
  await page.getByLabel('What would change').getByText('changed once').waitFor();
  await page.getByRole('button', { name: 'Put it back' }).click();
  await page.getByText(/put back to version \d+ by a person/).waitFor();
  await bench.run();
  expect(names('K-00005')).toEqual(['changed once', 'changed once']);
});

test('a halt is told of with its ways out, is approved, and is carried out by the next run', async () => {
  for (let n = 20; n < 70; n += 1) bench.hq.delete(`K-000${n}`);
  expect((await bench.command('sweep')).code).toBe(1);
  await show(page, '#/');
  await page.getByRole('link', { name: /^Look and answer/ }).click();
  await page.getByText('50 of 130 records are gone; the limit is 20 a day').waitFor();
  await picture(page, 'real-halt');
  await act('Approve contacts on hq', 'Approve', /approve/);
  await page.getByText('It was answered: approved.').waitFor();
  expect(bench.branch.records).toHaveLength(130);
  await bench.run();
  expect(bench.branch.records).toHaveLength(80);
});

test('what is paused is shown at its place, and goes on when it is resumed', async () => {
  await show(page, '#/pauses');
  await page.getByLabel('Server').selectOption('branch');
  await act('Pause branch', 'Pause', /paused/);
  await show(page, '#/');
  await page.getByRole('row', { name: /^contacts branch .*paused/ }).waitFor();
  await show(page, '#/pauses');
  await act('Resume branch', 'Resume', /branch/);
  await page.getByText('Nothing is paused.').waitFor();
  expect((await bench.status()).lines.join('\n')).not.toContain('paused');
});

test('all of it stands in the trail, and no request left the page, nor did the browser complain', async () => {
  await show(page, '#/audit');
  await page.getByRole('table').waitFor();
  await picture(page, 'real-audit');
  await show(page, '#/');
  await page.getByRole('figure', { name: 'Clocks (skew)' }).waitFor();
  await picture(page, 'real-overview');
  expect(seen.errors).toEqual([]);
  expect(seen.elsewhere).toEqual([]);
});
