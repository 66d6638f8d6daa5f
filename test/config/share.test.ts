/** `where` and `leave` in the configuration: read, checked, and resolved against layouts. */
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../src/config/load.ts';
import { resolveTables } from '../../src/config/resolve.ts';
import type { Share } from '../../src/core/share.ts';
import { ConfigurationError } from '../../src/config/problem.ts';
import type { LayoutField } from '../../src/ports/server.ts';
import { exampleWith, problemsOf } from './examples.ts';
import { field as fieldOf } from './layout-field.ts';

const branch = ['tables', 'contacts', 'servers', 'branch'] as const;

const fields: readonly LayoutField[] = [
  fieldOf('id'),
  fieldOf('modified_at', { type: 'timestamp' }),
  fieldOf('name'),
  fieldOf('size', { type: 'number' }),
  fieldOf('since', { type: 'date' }),
  fieldOf('c_north', { writable: false }),
];

const layoutOf = () => Promise.resolve(fields);

const textWith = (link: Readonly<Record<string, unknown>>): string =>
  exampleWith(
    [
      ['tables', 'contacts', 'fields'],
      ['name', 'size', 'since'],
    ],
    [['tables', 'contacts', 'createOnly'], undefined],
    [branch, { layout: 'Contacts_Sync', ...link }],
  );

async function shareWith(link: Readonly<Record<string, unknown>>): Promise<Share | undefined> {
  const [table] = await resolveTables(parseConfiguration(textWith(link), 'serversync.yaml'), layoutOf);
  return table?.plan.links.find(({ server }) => server === 'branch')?.share;
}

async function resolvedProblems(link: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  try {
    await shareWith(link);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(
      ({ place, value, message, remedy }) => `${place} ${value}: ${message}. ${remedy}`,
    );
  }
  return [];
}

describe('where', () => {
  test('is a map of criteria that all have to match; what leaves is kept unless it says otherwise', async () => {
    expect(await shareWith({ where: { name: '==North', size: 5 } })).toEqual({
      leave: 'keep',
      requests: [
        {
          omit: false,
          criteria: [
            { field: 'name', test: { kind: 'text', text: 'north' } },
            {
              field: 'size',
              test: { kind: 'span', type: 'number', from: { value: '5' }, to: { value: '5' } },
            },
          ],
        },
      ],
    });
  });

  test('is a list of maps, of which some leave records out', async () => {
    const where = [{ id: '*' }, { name: '==South', omit: true }];
    expect(await shareWith({ where, leave: 'remove' })).toEqual({
      leave: 'remove',
      requests: [
        { omit: false, criteria: [{ field: 'id', isKey: true, test: { kind: 'filled' } }] },
        { omit: true, criteria: [{ field: 'name', test: { kind: 'text', text: 'south' } }] },
      ],
    });
  });

  test('without one all records belong there', async () => {
    expect(await shareWith({})).toBeUndefined();
  });

  test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      'a calculation',
      { where: { c_north: '==1' } },
      /where\.c_north.*neither the key nor a field.*calculation/,
    ],
    ['a field that is misspelt', { where: { nmae: '==North' } }, /where\.nmae.*Did you mean name\?/],
    [
      'a search for words',
      { where: { name: 'North' } },
      /where\.name "North".*Write the whole value, such as ==North/,
    ],
    ['a criterion of another type', { where: { size: '==North' } }, /where\.size.*no number/],
    ['one in a list', { where: [{ name: '*' }, { since: '//' }] }, /where\[1\]\.since "\/\/".*today/],
  ])('%s is refused by its place, with what to write', async (_what, link, says) => {
    expect((await resolvedProblems(link)).join('\n')).toMatch(says);
  });

  test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['leave without where', { leave: 'remove' }, /branch\.leave.*all records belong/],
    [
      'a share of a server that is never written',
      { role: 'send', where: { name: '*' } },
      /where.*never written|where.*nothing is ever written/,
    ],
    ['an empty map', { where: {} }, /where.*no field is named/],
    ['a map in a list that only omits', { where: [{ omit: true }] }, /where\[0\].*no field is named/],
    ['an empty list', { where: [] }, /where.*empty/],
    ['a word in place of a policy', { where: { name: '*' }, leave: 'delete' }, /leave.*keep or remove/],
    ['text in place of a map', { where: 'region = North' }, /where.*such as \{ region: ==North \}/],
  ])('%s is refused before any server is asked', (_what, link, says) => {
    const found = problemsOf(textWith(link));
    expect(found.map(({ place, message, remedy }) => `${place}: ${message}. ${remedy}`).join('\n')).toMatch(
      says,
    );
  });
});
