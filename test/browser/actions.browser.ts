/** Every action of the page: what it asks first, what it sends, and what it says afterwards. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/console/api.ts';
import { FailedRequest } from '../../src/console/failed-request.ts';
import { endJob, type Fixture, locked, openFixture } from './support/fixture.ts';
import { launched, openPage, type SeenPage, show } from './support/seen-page.ts';

let browser: Browser;
let fixture: Fixture;
let seen: SeenPage;
let page: Page;

beforeAll(async () => {
  [browser, fixture] = await Promise.all([launched(), openFixture()]);
  seen = await openPage(browser, fixture.console.address);
  page = seen.page;
});
afterAll(async () => {
  await browser?.close();
  await fixture?.console.close();
});
beforeEach(async () => {
  Object.assign(fixture, { calm: false, refusal: undefined, jobs: [] });
  // What a test that failed left open would be in the way of the next.
  if ((await dialog().count()) > 0) await page.reload();
  await show(page, '#/nothing-is-here');
});

const dialog = () => page.getByRole('dialog');
const button = (name: string) => page.getByRole('button', { name, exact: true });

type Action = {
  readonly hash: string;
  readonly press: string;
  readonly fill?: string;
  readonly confirm: string;
  readonly endpoint: Endpoint;
  readonly body: unknown;
  readonly told: string;
};

const resolve = { hash: '#/conflicts/8c1d2e4f', endpoint: 'POST /api/conflict/resolve' } as const;
const answer = { hash: '#/halts', endpoint: 'POST /api/halt/answer' } as const;
const retry = { hash: '#/parked', endpoint: 'POST /api/parked/retry', confirm: 'Try again' } as const;

const actions: readonly Action[] = [
  {
    ...resolve,
    press: "Keep hq's value of phone",
    confirm: 'Keep it',
    body: { id: '8c1d2e4f', keep: 'hq', field: 'phone', seen: 0 },
    told: 'chosen: phone is',
  },
  {
    ...resolve,
    press: 'Keep all of branch-london',
    confirm: 'Keep it',
    body: { id: '8c1d2e4f', keep: 'branch-london', seen: 0 },
    told: 'chosen: phone is',
  },
  {
    ...resolve,
    press: 'Another value … for phone',
    fill: '+44 20 7946 0555',
    confirm: 'Use this value',
    body: { id: '8c1d2e4f', field: 'phone', value: '+44 20 7946 0555', seen: 0 },
    told: 'chosen: phone is',
  },
  {
    hash: '#/conflicts/1203ffee',
    press: 'Take the choice back of name',
    confirm: 'Take it back',
    endpoint: 'POST /api/conflict/undo',
    body: { id: '1203ffee', field: 'name', seen: 1 },
    told: 'taken back: name',
  },
  { ...retry, press: 'Try all of these again', body: {}, told: '1 record is tried again' },
  {
    ...retry,
    press: 'Try invoices on hq again',
    body: { table: 'invoices', server: 'hq' },
    told: '1 record is tried again',
  },
  {
    ...retry,
    press: 'Try again R-2026-202 of invoices on hq',
    body: { table: 'invoices', server: 'hq', key: 'R-2026-202' },
    told: '1 record is tried again',
  },
  ...(['Approve', 'Put back', 'Dismiss'] as const).map((label) => ({
    ...answer,
    press: `${label} contacts on branch-london`,
    confirm: label,
    body: { id: '3f9a1c', answer: label.toLowerCase().replace(' ', '-') },
    told: 'goes on with the next run',
  })),
  {
    hash: '#/history/contacts/K-00002',
    press: 'Put back to this what it held after version 7',
    confirm: 'Put it back',
    endpoint: 'POST /api/history/put-back',
    body: { table: 'contacts', key: 'K-00002', version: 7 },
    told: 'name: "Grace M. Hopper" -> "Grace Hopper"',
  },
  {
    hash: '#/pauses',
    press: 'Resume invoices on branch-tokyo',
    confirm: 'Resume',
    endpoint: 'POST /api/resume',
    body: { table: 'invoices', server: 'branch-tokyo' },
    told: 'goes on: invoices on branch-tokyo',
  },
  {
    hash: '#/pauses',
    press: 'Pause everything',
    confirm: 'Pause',
    endpoint: 'POST /api/pause',
    body: {},
    told: 'paused: contacts',
  },
];

/** What is only asked, to show what would change. */
const isDry = (body: unknown): boolean => typeof body === 'object' && body !== null && 'dryRun' in body;

describe('an action', () => {
  test.each(actions)(
    '$press: sends nothing until it is confirmed, then says what became of it',
    async (action) => {
      const before = fixture.sent.length;
      await show(page, action.hash);
      await button(action.press).click();
      if (action.fill !== undefined) await dialog().getByRole('textbox').fill(action.fill);
      const isSent = () => fixture.sent.slice(before).filter(({ body }) => !isDry(body));
      expect(isSent()).toEqual([]);
      await dialog().getByRole('button', { name: action.confirm, exact: true }).click();
      await page.locator('.notice').getByText(action.told).waitFor();
      expect(isSent()).toEqual([{ endpoint: action.endpoint, body: action.body }]);
      await dialog().waitFor({ state: 'detached' });
      expect(seen.errors).toEqual([]);
    },
  );

  test('can be left with Escape by keyboard alone: nothing is sent, and the focus is where it was', async () => {
    const before = fixture.sent.length;
    await show(page, '#/halts');
    await button('Dismiss contacts on branch-london').focus();
    await page.keyboard.press('Enter');
    await dialog().waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Dismiss');
    expect(fixture.sent.length).toBe(before);
  });

  test('that is refused while a run has the state says so in its dialog, which stays', async () => {
    fixture.refusal = locked;
    await show(page, '#/halts');
    await button('Approve contacts on branch-london').click();
    await dialog().getByRole('button', { name: 'Approve' }).click();
    await dialog().getByRole('alert').getByText('another process works with the state').waitFor();
    expect(await dialog().getByRole('button', { name: 'Approve' }).isEnabled()).toBe(true);
  });

  test('that is refused since the field was changed can be had all the same, once that was said', async () => {
    fixture.refusal = new FailedRequest(
      400,
      'not-chosen',
      'phone was changed since and is "x" now, of hq. Nothing was changed; --force replaces that all the same, and keeps it',
    );
    await show(page, '#/conflicts/8c1d2e4f');
    await button("Keep hq's value of phone").click();
    await dialog().getByRole('button', { name: 'Keep it' }).click();
    await dialog().getByRole('checkbox').check();
    fixture.refusal = undefined;
    await dialog().getByRole('button', { name: 'Keep it' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(fixture.sent.at(-1)?.body).toEqual({
      id: '8c1d2e4f',
      keep: 'hq',
      field: 'phone',
      force: true,
      seen: 0,
    });
  });
});

describe('a plan', () => {
  test('is begun, tells how far it is, and shows what a run would write', async () => {
    await show(page, '#/plan');
    await page.getByLabel('Table').selectOption('contacts');
    await button('Make a plan').click();
    await page.locator('pre').getByText('4,000 of 12,840 records read').waitFor();
    expect(await button('Make a plan').isDisabled()).toBe(true);
    expect(fixture.sent.at(-1)).toEqual({
      endpoint: 'POST /api/jobs',
      body: { kind: 'plan', table: 'contacts' },
    });
    endJob(fixture);
    await page.getByRole('heading', { name: 'A run would write 1,249 records' }).waitFor();
  });

  test('can be stopped, and keeps a comparison waiting meanwhile', async () => {
    await show(page, '#/plan');
    await button('Make a plan').click();
    await show(page, '#/verify');
    await page.getByText('A plan is at work: one at a time.').waitFor();
    await show(page, '#/plan');
    await button('Stop').click();
    await page.getByText('stopped', { exact: true }).first().waitFor();
    expect(fixture.sent.at(-1)).toEqual({ endpoint: 'POST /api/job/cancel', body: { id: 'job-1' } });
  });
});

test('a record is found by its key, by keyboard alone', async () => {
  await show(page, '#/history');
  await page.getByLabel('Key of the record').focus();
  await page.keyboard.type('K-00002');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'contacts, K-00002' }).waitFor();
  await page.getByLabel('Key of the record').fill('nobody');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('there is no record with the key "nobody"');
});

test('conflicts are filtered by table and by whether they wait', async () => {
  await show(page, '#/conflicts');
  await page.getByLabel('Only those that wait for a choice').uncheck();
  await page.getByRole('link', { name: 'invoices, R-2026-118' }).waitFor();
  expect(await page.getByText('ada@example.com <img src=x>').count()).toBe(1);
  await page.getByLabel('Table').selectOption('contacts');
  await page.getByRole('link', { name: 'invoices, R-2026-118' }).waitFor({ state: 'detached' });
});
