/**
 * Puts the tables of a results.json into docs/performance.md, between its two marks.
 *
 *   npm run bench:page -- --from FOLDER
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { toolOptions } from '../test/support/tool-options.ts';
import { withFigures } from './page.ts';
import { results } from './result.ts';
import { markdown } from './tables.ts';

const { from } = toolOptions(
  z.object({ from: z.string().describe('the folder with results.json of npm run bench -- --out FOLDER') }),
);
const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const found = results.parse(JSON.parse(readFileSync(join(from, 'results.json'), 'utf8')));
writeFileSync(page, withFigures(readFileSync(page, 'utf8'), markdown(found)));
