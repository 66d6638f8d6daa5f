/** What holds whatever view is shown: the token, the keyboard, and what is said when nothing answers. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fixture, openFixture } from './support/fixture.ts';
import { launched, openPage, picture, type SeenPage, seriousIn, show } from './support/seen-page.ts';

let browser: Browser;
let fixture: Fixture;

beforeAll(async () => {
  [browser, fixture] = await Promise.all([launched(), openFixture()]);
});
afterAll(async () => {
  await browser?.close();
  await fixture?.console.close();
});

async function within(address: string, work: (seen: SeenPage) => Promise<void>): Promise<void> {
  const seen = await openPage(browser, address);
  try {
    await work(seen);
  } finally {
    await seen.close();
  }
}

describe('the token', () => {
  test('is not in the address once the page is there, and lasts a reload', async () => {
    await within(fixture.console.address, async ({ page }) => {
      await page.getByText('What waits for you').waitFor();
      expect(page.url()).toBe(`${new URL(fixture.console.address).origin}/#/`);
      await page.reload();
      await page.getByText('What waits for you').waitFor();
    });
  });

  test.each([
    ['none', ''],
    ['another one', '#token=wrong'],
  ])('%s: the page says where the right address is, and shows nothing', async (_which, hash) => {
    await within(`${new URL(fixture.console.address).origin}/${hash}`, async ({ page }) => {
      await page.getByRole('heading', { name: 'This address is not complete' }).waitFor();
      await picture(page, 'no-token-light-wide');
      expect(await seriousIn(page)).toEqual([]);
      expect(await page.getByText('contacts').count()).toBe(0);
    });
  });
});

test('when nothing answers a banner says so, what was shown stays, and it goes when something answers again', async () => {
  await within(fixture.console.address, async ({ page }) => {
    const banner = page.getByText('The console does not answer.');
    await page.getByText('What waits for you').waitFor();
    await page.context().setOffline(true);
    await banner.waitFor();
    await picture(page, 'gone-light-wide');
    expect(await page.getByText('What waits for you').count()).toBe(1);
    await page.context().setOffline(false);
    await banner.waitFor({ state: 'detached' });
  });
});

test('the first key leads past the navigation to the content', async () => {
  await within(fixture.console.address, async ({ page }) => {
    await page.getByText('What waits for you').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });
});

test('who goes to another view by keyboard is at its heading, and the title of the page names it', async () => {
  await within(fixture.console.address, async ({ page }) => {
    await page.getByRole('link', { name: 'Audit' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Audit');
    expect(await page.title()).toBe('Audit · ServerSync');
  });
});

test('an address that leads nowhere says so', async () => {
  await within(fixture.console.address, async ({ page }) => {
    await show(page, '#/nowhere');
    expect(await page.locator('h1').textContent()).toBe('There is no such page');
  });
});

describe('a plot', () => {
  test('tells its values by keyboard at any time, and hides a server that is switched off', async () => {
    await within(fixture.console.address, async ({ page }) => {
      const lag = page.getByRole('figure', { name: 'Lag' });
      await lag.getByRole('slider').focus();
      for (let n = 0; n < 4; n += 1) await page.keyboard.press('ArrowLeft');
      const values = lag.locator('output');
      await values
        .getByText(/^2026-\d\d-\d\d \d\d:\d\d · hq .+ · branch-london .+ · branch-tokyo .+ min/)
        .waitFor();
      await lag.getByRole('button', { name: 'branch-tokyo' }).press('Space');
      expect(await values.textContent()).not.toContain('branch-tokyo');
      expect(await lag.getByRole('button', { name: 'branch-tokyo' }).getAttribute('aria-pressed')).toBe(
        'false',
      );
    });
  });

  test('has the same figures as a table, and is asked for the time that is chosen', async () => {
    await within(fixture.console.address, async ({ page }) => {
      const asked = page.waitForRequest((request) => request.url().endsWith('/api/trends?hours=168'));
      await page.getByRole('button', { name: 'the last 7 days' }).click();
      await asked;
      const clocks = page.getByRole('figure', { name: 'Clocks (skew)' });
      await clocks.getByText('The figures as a table').click();
      await clocks.getByRole('row').nth(10).waitFor();
      expect(await clocks.getByRole('row').nth(1).textContent()).toMatch(/behind \(±.+ahead \(±/);
    });
  });
});
