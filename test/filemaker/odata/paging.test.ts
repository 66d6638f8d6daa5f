/** Pages of servers that are odd in a way that nobody has seen yet: they count nothing, or take a filter and do not go by it. */
import { expect, test } from 'vitest';
import { pagesOf } from '../../../src/engine/pager.ts';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { connectTo, contactsOf, never } from '../../contracts/server/kind.ts';
import { type Script, startScripted } from '../http/scripted-server.ts';

type Oddity = {
  readonly counts?: false;
  readonly filters?: false;
  readonly mostRows?: number;
  readonly links?: 'relative';
};

const rows = Array.from({ length: 23 }, (_, at) => ({
  ROWID: at + 1,
  ROWMODID: 0,
  PK: `k${at}`,
  Modified: null,
  Name: null,
}));

const serving =
  ({ counts, filters, mostRows = 1_000, links }: Oddity): Script =>
  ({ path }) => {
    const query = decodeURIComponent(path.slice(path.indexOf('?') + 1));
    const numberIn = (pattern: RegExp, otherwise: number): number =>
      Number(pattern.exec(query)?.[1] ?? otherwise);
    const from = filters === false ? 1 : numberIn(/ROWID ge (\d+)/, 1);
    const skip = numberIn(/\$skip=(\d+)/, numberIn(/\$skiptoken=(\d+)/, 0));
    const top = numberIn(/\$top=(\d+)/, numberIn(/&top=(\d+)/, 1_000));
    const found = rows.filter(({ ROWID }) => ROWID >= from);
    const shown = found.slice(skip, skip + Math.min(top, mostRows));
    const isCut = shown.length < Math.min(top, found.length - skip);
    const next = `Contacts?$skiptoken=${skip + shown.length}&top=${top - shown.length}`;
    const body = {
      ...(counts !== false && { '@odata.count': String(found.length) }),
      value: shown,
      ...(isCut && {
        '@nextLink': links === 'relative' ? next : `http://inside/fmi/odata/v4/Sales.fmp12/${next}`,
      }),
    };
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  };

test.each<readonly [string, Oddity]>([
  ['counts and filters', {}],
  ['does not count', { counts: false }],
  ['takes a filter by ROWID and does not go by it', { filters: false }],
  ['neither counts nor goes by a filter', { counts: false, filters: false }],
  ['gives three rows at once, and a link that names another host', { mostRows: 3 }],
  ['gives three rows at once, and a relative link', { mostRows: 3, links: 'relative' }],
])('R1: a server that %s is read to its end', async (_, oddity) => {
  await using fake = await startScripted(serving(oddity));
  const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };
  const { server, clock } = connectTo(kind, fake.url);
  const table = server.table({ ...contactsOf(kind), fieldNames: { name: 'Name' } });
  const seen: string[] = [];
  for await (const { records } of pagesOf(clock, (page) => table.list(page, never), 5))
    seen.push(...records.map(({ key }) => key));
  expect(seen).toEqual(rows.map(({ PK }) => PK));
  await server.close();
});
