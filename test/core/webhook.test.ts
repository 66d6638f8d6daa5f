import { describe, expect, test } from 'vitest';
import {
  hookAddressOf,
  type HookedTable,
  hookUrl,
  isOurs,
  standsSince,
  type Webhook,
  webhookPlan,
} from '../../src/core/webhook.ts';

const address = { installation: 'a1', mark: 'f00d', server: 'hq', table: 'contacts' };
const url = hookUrl('https://sync.example.com/fm/', address);
const other = hookUrl('https://sync.example.com', { ...address, installation: 'b2' });
const own = { base: 'https://sync.example.com/fm', installation: 'a1', noted: [] as string[] };
const wanted = { url, occurrence: 'Contacts' };
const shown = (id: number, at: string): Webhook => ({
  id,
  url: at,
  occurrence: 'Contacts',
  queue: { waiting: 0 },
});

test('an address says for whom a call is', () => {
  expect(url).toBe('https://sync.example.com/fm/v1/a1/f00d/hq/contacts');
  expect(hookAddressOf(url)).toEqual(address);
  expect(hookAddressOf('/v1/a1/f00d/hq/contacts')).toEqual(address);
  expect(hookAddressOf('https://elsewhere.example.com/hook')).toBeUndefined();
  expect(hookAddressOf(`${url}/more`)).toBeUndefined();
});

test('ours are those that call us by our name, and those that were noted; another that has our name is called elsewhere', () => {
  const elsewhere = hookUrl('https://sync.example.com/other', address);
  const all = [url, url.replace('sync.', 'SYNC.'), other, elsewhere];
  expect(all.map((one) => isOurs(one, own))).toEqual([true, true, false, false]);
  expect(all.map((one) => isOurs(one, { ...own, noted: [elsewhere] }))).toEqual([true, true, false, true]);
  expect(all.map((one) => isOurs(one, { ...own, base: undefined, noted: [other] }))).toEqual([
    false,
    false,
    true,
    false,
  ]);
});

describe('what is added and removed', () => {
  test('a table without one gets one', () => {
    expect(webhookPlan([], [wanted], own)).toEqual({ kept: [], added: [wanted], removed: [] });
  });

  test('of two alike the first stays', () => {
    const plan = webhookPlan([shown(4, url), shown(7, url)], [wanted], own);
    expect(plan).toEqual({ kept: [shown(4, url)], added: [], removed: [shown(7, url)] });
  });

  test('what others put there stays, also that of another installation', () => {
    const foreign = [shown(1, 'https://elsewhere.example.com/hook'), shown(2, other)];
    expect(webhookPlan(foreign, [], own)).toEqual({ kept: [], added: [], removed: [] });
  });

  test.each([
    ['of a former secret', hookUrl('https://sync.example.com/fm', { ...address, mark: 'old' })],
    ['of a former address', hookUrl('https://former.example.com', address)],
    [
      'of a table that is not synced any more',
      hookUrl('https://sync.example.com/fm', { ...address, table: 'gone' }),
    ],
  ])('one %s goes, and the wanted one comes', (_name, former) => {
    const plan = webhookPlan([shown(3, former)], [wanted], {
      ...own,
      noted: [hookUrl('https://former.example.com', address)],
    });
    expect(plan).toEqual({ kept: [], added: [wanted], removed: [shown(3, former)] });
  });
});

test.each([
  ['which was at work then', 0, 1_000],
  ['which began later, and knows of no call before', 5_000, 5_000],
])('a webhook tells a process %s of changes from then on', (_process, heardSince, expected) => {
  const contacts: HookedTable = {
    table: 'contacts',
    database: 'Main',
    layout: 'Contacts',
    occurrence: 'Contacts',
    url: 'https://sync.example.com/v1/a1/m/hq/contacts',
    since: 1_000,
    queue: { waiting: 0 },
  };
  const state = { server: 'hq', at: 2_000, outcome: 'failed', tables: [contacts], unknown: [] } as const;
  expect(standsSince(state, 'contacts', heardSince)).toBe(expected);
  expect(standsSince(state, 'orders', heardSince)).toBeUndefined();
});
