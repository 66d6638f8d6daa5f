/** A page in a real browser that notes what must not be: requests to anybody else, errors, breaches of the security policy. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium as launcher, type Page } from 'playwright-core';
import { chromium } from './chromium.ts';

export type Scheme = 'light' | 'dark';
export type Width = 'wide' | 'narrow';

export type SeenPage = {
  readonly page: Page;
  /** Messages of the browser that are errors, breaches of the policy among them. */
  readonly errors: readonly string[];
  /** Addresses asked for that are not of the page's own origin. */
  readonly elsewhere: readonly string[];
  readonly close: () => Promise<void>;
};

const sizes = { wide: { width: 1280, height: 900 }, narrow: { width: 400, height: 800 } } as const;

export const launched = (): Promise<Browser> =>
  launcher.launch({ executablePath: chromium, args: ['--no-sandbox'] });

export async function openPage(
  browser: Browser,
  address: string,
  { scheme = 'light', width = 'wide' }: { readonly scheme?: Scheme; readonly width?: Width } = {},
): Promise<SeenPage> {
  const context = await browser.newContext({
    viewport: sizes[width],
    colorScheme: scheme,
    timezoneId: 'America/New_York',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  const elsewhere: string[] = [];
  const { origin } = new URL(address);
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) elsewhere.push(request.url());
  });
  await page.goto(address);
  return { page, errors, elsewhere, close: () => context.close() };
}

/** The view of that name, once its content is there. */
export async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('main [aria-busy]').first().waitFor({ state: 'detached' });
}

const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

type Violation = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
};

/** What axe-core finds that is serious or critical, each with the parts of the page. */
export async function seriousIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const violations: readonly Violation[] = await page.evaluate(
    'axe.run().then(({ violations }) => violations)',
  );
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** A picture of the whole page, where `SCREENSHOTS` names a folder for them. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
