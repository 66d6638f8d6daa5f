/** The script for FileMaker, as it is shipped: what is to be typed and what is to be pasted are the same, and current. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { steps } from '../../filemaker/source/script.ts';
import { written } from '../../filemaker/source/write.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../filemaker/${name}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');

const isClosed = (text: string): boolean => {
  const bare = text.replaceAll(/"[^"]*"/g, '');
  const count = (one: string): number => bare.split(one).length;
  return !bare.includes('"') && count('(') === count(')') && count('[') === count(']');
};

test.each(Object.entries(written))('%s is what the steps give: npm run script', (name, content) => {
  expect(read(name)).toBe(content);
});

test.each(['ServerSync.xml', 'ServerSync-steps.xml'])(
  '%s is well-formed, with every element that was opened closed in its turn',
  (name) => {
    const text = read(name)
      .replace(/^<\?xml[^>]*\?>/, '')
      .replaceAll(/<!\[CDATA\[[^]*?\]\]>/g, '');
    const open: string[] = [];
    const closed: string[] = [];
    for (const [, end, element = '', , alone] of text.matchAll(/<(\/?)(\w+)((?: \w+="[^"<>]*")*)(\/?)>/g)) {
      if (end === '/') closed.push(`${open.pop()} ends as ${element}`);
      else if (alone === '') open.push(element);
    }
    expect(open).toEqual([]);
    expect(closed.filter((one) => !/^(\w+) ends as \1$/.test(one))).toEqual([]);
    expect(text.replaceAll(/<\/?\w+(?: \w+="[^"<>]*")*\/?>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
  },
);

test('If, Loop and their ends stand in pairs, and no calculation would end its CDATA', () => {
  let depth = 0;
  for (const { indent, children } of steps) {
    depth += indent?.before ?? 0;
    expect(depth).toBeGreaterThanOrEqual(0);
    depth += indent?.after ?? 0;
    expect(children.join('')).not.toContain(']]]]>');
  }
  expect(depth).toBe(0);
});

test('brackets and quotation marks of each calculation are closed', () => {
  const calculations = steps.flatMap(({ children }) =>
    [...children.join('\n').matchAll(/<!\[CDATA\[([^]*?)\]\]>/g)].map(([, text]) => text ?? ''),
  );
  expect(calculations.filter((text) => !isClosed(text))).toEqual([]);
  expect(calculations.length).toBeGreaterThan(30);
});

test('only characters of ASCII stand in it, which no clipboard changes', () => {
  for (const content of Object.values(written)) expect(content).toMatch(/^[\n\x20-\x7e]*$/);
});
