/** The cost model goes by the links of the configuration: who sends, who receives, and what belongs where. */
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Configuration } from '../../src/config/configuration.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import { counted } from '../../src/cost/counted.ts';
import { type Load, monthCost, sumOf } from '../../src/cost/month.ts';
import { receiversOf, spreadOf } from '../../src/cost/spread.ts';

type Links = Readonly<Record<string, 'both' | 'send' | 'receive' | 'share'>>;

const servers = ['hq', 'north', 'south'] as const;

const server = (name: string) => ({
  url: `https://${name}.example.com`,
  database: 'Main',
  timeZone: 'UTC',
});

/** `share`: sends and receives the records of its own region. */
function configurationOf(tables: Readonly<Record<string, Links>>): Configuration {
  const link = (role: Links[string], at: string) =>
    role === 'share' ? { layout: 'Sync', where: { field: 'region', is: at } } : { layout: 'Sync', role };
  const table = (links: Links) => ({
    key: 'id',
    modified: 'changed',
    fields: ['name', 'region'],
    servers: Object.fromEntries(Object.entries(links).map(([at, role]) => [at, link(role, at)])),
  });
  const named = Object.entries(tables).map(([name, links]) => [name, table(links)]);
  return parseConfiguration(
    stringify({
      version: 1,
      servers: Object.fromEntries(servers.map((name) => [name, server(name)])),
      tables: Object.fromEntries(named),
    }),
    'serversync.yaml',
  );
}

const everywhere = { hq: 'both', north: 'both', south: 'both' } as const;
const inTwo = { hq: 'both', north: 'both' } as const;
const outward = { hq: 'send', north: 'receive', south: 'receive' } as const;
const shared = { hq: 'both', north: 'share', south: 'share' } as const;

test.each<
  [string, Links, { readonly receivers: number; readonly echoing: number; readonly senders: number }]
>([
  ['everywhere and both ways', everywhere, { receivers: 2, echoing: 2, senders: 3 }],
  ['on two of three servers', inTwo, { receivers: 1, echoing: 1, senders: 2 }],
  ['sent by one and received by two', outward, { receivers: 2, echoing: 0, senders: 1 }],
  [
    'collected by one',
    { hq: 'receive', north: 'send', south: 'send' },
    { receivers: 1, echoing: 0, senders: 2 },
  ],
  // From hq to a half each; from a branch to hq and, as a half may be the other's, to a half.
  ['shared by two', shared, { receivers: 4 / 3, echoing: 4 / 3, senders: 3 }],
])('a change of a table that is %s is written on as many others as receive it', (_, links, wanted) => {
  const [table] = spreadOf(configurationOf({ contacts: links }));
  expect(table).toMatchObject({ senders: wanted.senders });
  expect(table?.receivers).toBeCloseTo(wanted.receivers, 9);
  expect(table?.echoing).toBeCloseTo(wanted.echoing, 9);
});

test('tables weigh by their records, and shares by theirs, where these were counted', () => {
  const known = new Map([
    ['large', { heads: 900, replicas: { hq: 900, north: 90, south: 0 } }],
    ['small', { heads: 100, replicas: { hq: 100, north: 100, south: 100 } }],
  ]);
  const configuration = configurationOf({ large: { hq: 'send', north: 'share' }, small: everywhere });
  const spread = spreadOf(configuration, known);
  expect(spread.map(({ part }) => part)).toEqual([0.9, 0.1]);
  expect(spread[0]?.links.map(({ part }) => part)).toEqual([1, 0.1]);
  // Of the large one half of the changes are made at hq, a tenth of which belongs to north.
  expect(receiversOf(spread)).toBeCloseTo(0.9 * 0.05 + 0.1 * 2, 9);
});

const load: Load = { changesPerDay: 5_000, records: 100_000 };
const costOf = (tables: Readonly<Record<string, Links>>, given = load) =>
  monthCost(configurationOf(tables), counted, given);

describe('a month costs less', () => {
  const full = costOf({ contacts: everywhere });

  test.each<[string, Links]>([
    ['where a table is on two servers only', inTwo],
    ['where branches hold their shares', shared],
    ['where two servers only receive', outward],
  ])('%s', (_, links) => {
    const less = costOf({ contacts: links });
    expect(sumOf(less.changes)).toBeLessThan(sumOf(full.changes));
    expect(less.usd).toBeLessThan(full.usd);
  });

  test('to look at servers that only receive: these are asked nothing', () => {
    expect(sumOf(costOf({ contacts: outward }).idle)).toBeLessThan(sumOf(full.idle));
  });

  test('to hold and sweep shares', () => {
    const less = costOf({ contacts: shared });
    expect(sumOf(less.sweeps)).toBeCloseTo((sumOf(full.sweeps) * 2) / 3, 6);
    expect(sumOf(less.stored)).toBeLessThan(sumOf(full.stored));
  });
});

test('where nobody knows how many records there are nothing of them is reckoned', () => {
  const { sweeps, stored } = costOf({ contacts: everywhere }, { changesPerDay: 1, records: undefined });
  expect([...sweeps, ...stored]).toEqual([]);
});
