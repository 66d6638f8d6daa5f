/** The page of figures, and the commands that it and others tell. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { marks, withFigures } from '../../bench/page.ts';
import { flags, mainOptions } from '../../bench/work-options.ts';
import { readOptions } from '../support/tool-options.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const pages = [
  'README.md',
  ...readdirSync(new URL('docs', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

const told = pages.flatMap((page) =>
  [...read(page).matchAll(/npm run (bench[\w:]*)(?: -- ([^`\n<]*))?/g)].map(
    ([, script = '', options = '']) => [page, script, options.trim()] as const,
  ),
);

test.each(told)('%s: npm run %s -- %s', (_page, script, options) => {
  expect(scripts[script]).toBeDefined();
  const args = options === '' ? [] : options.split(/\s+/);
  const shape = script === 'bench' ? mainOptions : z.object({ from: z.string().optional() });
  expect(readOptions(shape, flags, args)).toBeDefined();
});

test('the page of figures tells commands', () => {
  expect(told.filter(([page]) => page === 'docs/performance.md').length).toBeGreaterThan(3);
});

test('figures take the place of those that were there, and nothing else changes', () => {
  const page = `before\n${marks.begin}\nold\n${marks.end}\nafter\n`;
  const once = withFigures(page, '| new |\n');
  expect(once).toBe(`before\n${marks.begin}\n\n| new |\n\n${marks.end}\nafter\n`);
  expect(withFigures(once, '| new |\n')).toBe(once);
  expect(() => withFigures('nothing', '')).toThrow('has no');
});

test('the page has its marks', () => {
  expect(withFigures(read('docs/performance.md'), 'x')).toContain('x');
});
