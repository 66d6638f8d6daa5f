/** Every view, in light and dark, wide and narrow: as axe-core sees it, and whether anything leaves the page. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endJob, type Fixture, openFixture } from './support/fixture.ts';
import {
  launched,
  openPage,
  picture,
  type Scheme,
  type SeenPage,
  seriousIn,
  show,
  type Width,
} from './support/seen-page.ts';

let browser: Browser;
let fixture: Fixture;

beforeAll(async () => {
  [browser, fixture] = await Promise.all([launched(), openFixture()]);
});
afterAll(async () => {
  await browser?.close();
  await fixture?.console.close();
});

type View = {
  readonly name: string;
  readonly hash: string;
  readonly says: string;
  readonly begin?: () => void;
};

const jobOf = (kind: 'plan' | 'verify') => () => {
  fixture.jobs = [{ id: 'j', asked: { kind }, startedAt: Date.now(), state: 'at-work', lines: [] }];
  endJob(fixture);
};

const views: readonly View[] = [
  { name: 'overview', hash: '#/', says: '50 of 130 records are gone' },
  { name: 'conflicts', hash: '#/conflicts', says: '+44 20 7946 0991' },
  { name: 'conflict', hash: '#/conflicts/8c1d2e4f', says: 'Before both' },
  { name: 'parked', hash: '#/parked', says: 'look at the validation of the field' },
  { name: 'halts', hash: '#/halts', says: 'If they were meant to be deleted' },
  {
    name: 'verify',
    hash: '#/verify',
    says: 'changed there, though its modification count was not',
    begin: jobOf('verify'),
  },
  { name: 'plan', hash: '#/plan', says: 'A run would write 1,249 records', begin: jobOf('plan') },
  { name: 'history', hash: '#/history/contacts/K-00002', says: 'chosen by a person' },
  { name: 'pauses', hash: '#/pauses', says: 'invoices on branch-tokyo' },
  { name: 'audit', hash: '#/audit', says: 'chose the outcome of a conflict' },
];

/** One page for all views of a look: what a view leaves behind would show in the next. */
function withPage(
  as: { readonly scheme?: Scheme; readonly width?: Width },
  tests: (seen: () => SeenPage) => void,
) {
  let seen: SeenPage | undefined;
  beforeAll(async () => {
    seen = await openPage(browser, fixture.console.address, as);
  });
  afterAll(() => seen?.close());
  tests(() => {
    if (seen === undefined) throw new Error('the page is not open');
    return seen;
  });
}

async function showView({ page }: SeenPage, { hash, says, begin }: View): Promise<void> {
  begin?.();
  await show(page, hash);
  await page.getByText(says).first().waitFor();
}

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  withPage({ scheme }, (seen) => {
    test.each(views)('axe-core finds nothing serious in $name, and nothing leaves the page', async (view) => {
      const { page, errors, elsewhere } = seen();
      await showView(seen(), view);
      await picture(page, `${view.name}-${scheme}`);
      expect(await seriousIn(page)).toEqual([]);
      expect(errors).toEqual([]);
      expect(elsewhere).toEqual([]);
    });

    test('axe-core finds nothing serious in the question of a dialog', async () => {
      const { page, errors } = seen();
      await show(page, '#/halts');
      await page.getByRole('button', { name: 'Approve contacts on branch-london' }).click();
      await page.getByRole('dialog').waitFor();
      await picture(page, `dialog-${scheme}`);
      expect(await seriousIn(page)).toEqual([]);
      expect(errors).toEqual([]);
    });
  });
});

describe('a conflict that was decided, and chosen otherwise since', () => {
  withPage({}, (seen) => {
    test('names the chosen side so, and not the one that had won', async () => {
      const { page } = seen();
      await show(page, '#/conflicts/1203ffee');
      const name = page.getByRole('region', { name: 'name' });
      await name.getByText('Holds now').waitFor();
      const sides = await name.locator('.side .head').allInnerTexts();
      expect(sides.map((side) => side.replaceAll(/\s+/g, ' '))).toEqual([
        expect.stringMatching(/^hq kept$/),
        expect.stringMatching(/^branch-london .*chosen$/),
      ]);
    });
  });
});

describe('in 400 pixels', () => {
  withPage({ width: 'narrow' }, (seen) => {
    test.each(views)('$name is no wider than the window', async (view) => {
      const { page } = seen();
      await showView(seen(), view);
      await picture(page, `${view.name}-narrow`);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    });
  });
});

describe('where nothing is to be told', () => {
  beforeAll(() => void Object.assign(fixture, { calm: true, jobs: [] }));
  withPage({}, (seen) => {
    test.each([
      ['#/', 'No. Nothing waits for you.'],
      ['#/conflicts', 'No conflict is kept'],
      ['#/parked', 'Nothing is parked.'],
      ['#/halts', 'Nothing is halted.'],
      ['#/verify', 'Nothing was compared since the console was started.'],
      ['#/plan', 'No plan was made since the console was started.'],
      ['#/history', 'Name a table and the key of a record'],
      ['#/pauses', 'Nothing is paused.'],
      ['#/audit', 'Nothing was decided yet.'],
    ])('%s says: %s', async (hash, says) => {
      const { page, errors } = seen();
      await show(page, hash);
      await page.getByText(says).waitFor();
      await picture(page, `calm${hash.replaceAll(/[^a-z]/g, '-')}`);
      expect(errors).toEqual([]);
    });
  });
});
