/** Ends the run with one line where there is no Chromium: these tests need a real browser, the others only Node. */
import { existsSync } from 'node:fs';
import { chromium } from './chromium.ts';

export function setup(): void {
  if (existsSync(chromium)) return;
  console.error(
    `test:browser needs Chromium, and ${chromium} is not there: install it (apt-get install chromium), or say where it is in CHROMIUM`,
  );
  process.exit(2);
}
