/** Pictures of the pages are those of their texts. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { draw, drawn, pictures } from '../../docs/pictures/draw.ts';

test.each(pictures)('the picture %s is what its text draws (npm run pictures)', async (name) => {
  expect(await draw(name)).toBe(drawn(name));
});

test.each(pictures)('a page shows the picture %s', (name) => {
  const page = readFileSync(new URL('../../docs/aws.md', import.meta.url), 'utf8');
  expect(page).toContain(`(pictures/${name}.svg)`);
});
