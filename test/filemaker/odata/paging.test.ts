/** Pages of servers that are odd in a way that nobody has seen yet: they count nothing, or take a filter and do not go by it. */
import { expect, test } from 'vitest';
import { pagesOf } from '../../../src/engine/pager.ts';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { connectTo, contactsOf, never } from '../../contracts/server/kind.ts';
import { openTransport } from '../../../src/filemaker/http/transport.ts';
import { place, simulate } from '../../contracts/server/simulated.ts';
import { type Script, startScripted } from '../http/scripted-server.ts';

const odata = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };

type Oddity = {
  readonly counts?: false;
  readonly filters?: false | 'nothing';
  /** Whatever order by ROWID is asked for: these first. */
  readonly storedAs?: readonly number[];
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
  ({ counts, filters, storedAs = [], mostRows = 1_000, links }: Oddity): Script =>
  ({ path }) => {
    const query = decodeURIComponent(path.slice(path.indexOf('?') + 1));
    const numberIn = (pattern: RegExp, otherwise: number): number =>
      Number(pattern.exec(query)?.[1] ?? otherwise);
    const asked = numberIn(/ROWID ge (\d+)/, 1);
    const from = filters === false ? 1 : filters === 'nothing' && asked > 1 ? 1_000 : asked;
    const skip = numberIn(/\$skip=(\d+)/, numberIn(/\$skiptoken=(\d+)/, 0));
    const top = numberIn(/\$top=(\d+)/, numberIn(/&top=(\d+)/, 1_000));
    const order = /\$orderby=PK/.test(query) ? [] : storedAs;
    const ordered = [
      ...order.flatMap((at) => rows[at] ?? []),
      ...rows.filter((_, at) => !order.includes(at)),
    ];
    const found = ordered.filter(({ ROWID }) => ROWID >= from);
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
  ['takes a filter by ROWID and finds nothing by it', { filters: 'nothing' }],
  ['does not count, and finds nothing by a filter', { counts: false, filters: 'nothing' }],
  ['neither counts nor goes by a filter', { counts: false, filters: false }],
  ['gives three rows at once, and a link that names another host', { mostRows: 3 }],
  ['gives three rows at once, and a relative link', { mostRows: 3, links: 'relative' }],
  ['gives one row at once', { mostRows: 1 }],
  ['gives three rows at once and does not count', { mostRows: 3, counts: false }],
  ['takes an order by ROWID and gives them as they are stored', { storedAs: [2, 0, 1, 3, 8, 4, 5, 6, 7] }],
  ['gives them as they are stored, which shows late', { storedAs: [0, 1, 2, 3, 4, 5, 9, 10, 6, 7, 8] }],
])('R1: a server that %s is read to its end', async (_, oddity) => {
  await using fake = await startScripted(serving(oddity));
  const { server, clock } = connectTo(odata, fake.url);
  const table = server.table({ ...contactsOf(odata), fieldNames: { name: 'Name' } });
  const seen: string[] = [];
  for await (const { records } of pagesOf(clock, (page) => table.list(page, never), 5))
    seen.push(...records.map(({ key }) => key));
  expect([...new Set(seen)].toSorted()).toEqual(rows.map(({ PK }) => PK).toSorted());
  await server.close();
});

test('R1: a record that is deleted while the server gives a page in pieces takes no other with it', async () => {
  const simulator = await simulate(
    Array.from({ length: 9 }, (_, at) => ({ PK: `k${at + 1}` })),
    { odata: { pageRows: 4 } },
  );
  let asked = 0;
  const open: typeof openTransport = (options) => {
    const transport = openTransport(options);
    const send: typeof transport.send = (request, signal) => {
      asked += 1;
      if (asked === 2) simulator.control.deleteAsUser({ ...place, recordId: 1 });
      return transport.send(request, signal);
    };
    return { ...transport, send };
  };
  const { server, clock } = connectTo(odata, simulator.url, { open });
  const table = server.table(contactsOf(odata));
  const seen: string[] = [];
  for await (const { records } of pagesOf(clock, (page) => table.list(page, never), 500))
    seen.push(...records.map(({ key }) => key));
  expect([...new Set(seen)]).toEqual(Array.from({ length: 9 }, (_, at) => `k${at + 1}`));
  await server.close();
  await simulator.close();
});

test('a record of which a field cannot be read is named, and other tables are not concerned', async () => {
  const odd = { ROWID: 7, ROWMODID: 0, PK: { error: { code: '8309' } }, Modified: null, Name: 'secret' };
  await using fake = await startScripted(() => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ '@count': 1, value: [odd] }),
  }));
  const { server } = connectTo(odata, fake.url);
  const table = server.table({ ...contactsOf(odata), fieldNames: { name: 'Name' } });
  const listed = table.list({ offset: 0, limit: 5 }, never);
  await expect(listed).rejects.toThrow(/table "Contacts".* record 7 .*field "PK"/);
  await expect(listed).rejects.toMatchObject({ disposition: 'configuration' });
  await expect(listed).rejects.not.toThrow(/secret|8309/);
  await server.close();
});
