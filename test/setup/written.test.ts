import { expect, test } from 'vitest';
import { checkTable } from '../../src/config/layout-checks.ts';
import { LinkLayout } from '../../src/config/link-layout.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import { writtenConfiguration } from '../../src/setup/written.ts';
import * as fixtures from './fixtures.ts';
import { proposed } from './proposed.ts';

const settingsOf = (fixture: fixtures.Fixture) => ({
  servers: Object.keys(fixture).map((name) => ({
    name,
    url: `https://${name}.example.com`,
    api: 'data' as const,
    timeZone: 'UTC',
  })),
  deletes: 'ignore' as const,
});

async function written(fixture: fixtures.Fixture): Promise<string> {
  const ready = (await proposed(fixture)).filter(({ lacks }) => lacks.length === 0);
  return writtenConfiguration(ready, settingsOf(fixture));
}

const complete = {
  claris: fixtures.claris,
  serialBesideUuid: fixtures.serialBesideUuid,
  named: fixtures.named,
  three: fixtures.three,
  drifted: fixtures.drifted,
};

test.each(Object.entries(complete))(
  '%s: what is written is taken by every check, also against the layouts',
  async (_name, fixture) => {
    const configuration = parseConfiguration(await written(fixture), 'serversync.yaml');
    expect(configuration.tables.length).toBeGreaterThan(0);
    const findings = configuration.tables.flatMap((table) => {
      const layouts = table.links.map((link) => {
        const shown = fixture[link.server]?.[link.database]?.layouts.find(
          ({ layout }) => layout === link.layout,
        );
        return new LinkLayout(link, shown?.fields ?? []);
      });
      return checkTable(table, layouts).findings;
    });
    expect(findings).toEqual([]);
  },
);

test('the file names what was chosen, why, and what else could be said', async () => {
  const text = await written(fixtures.drifted);
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./serversync.schema.json');
  const inOneLine = text.replaceAll(/\n +# +/g, ' ');
  expect(inOneLine).toContain('The key: UUIDs, unique and filled in the 400 records looked at');
  expect(inOneLine).toContain('Also possible: zz_ModTS (user).');
  expect(inOneLine).toContain(
    'these files hold 200 with the same key, of which 66 differ: they drifted apart. The first run halts',
  );
  expect(text).toContain('    modified: zz_ModHostTS\n');
  expect(text).toContain('    deletes: ignore\n');
});

test('a database that most tables are in is said once, the others by their tables', async () => {
  const text = await written(fixtures.three);
  expect(text.match(/^    database: .*$/gm)).toEqual(['    database: Stock', '    database: Stock']);
  const { tables } = parseConfiguration(text, 'serversync.yaml');
  expect(tables.map(({ name, links }) => [name, ...links.map(({ database }) => database)])).toEqual([
    ['customers', 'Customers', 'Customers'],
    ['articles', 'Stock', 'Stock'],
    ['moves', 'Stock', 'Stock'],
    ['letters', 'Archive', 'Archive'],
  ]);
});

test('no line of a comment is longer than an editor shows', async () => {
  const texts = await Promise.all(Object.values(complete).map((fixture) => written(fixture)));
  const comments = texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.trimStart().startsWith('#'));
  expect(comments.filter((line) => line.length > 120)).toEqual([]);
});
