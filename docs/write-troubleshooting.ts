/** Writes docs/troubleshooting.md from the catalogue: npm run troubleshooting. */
import { writeFileSync } from 'node:fs';
import { troubleshootingPage } from '../src/catalogue/page.ts';

writeFileSync(new URL('troubleshooting.md', import.meta.url), troubleshootingPage());
