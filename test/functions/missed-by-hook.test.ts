/** Changes that the schedule of a stack found and of which no webhook had told: a figure, by table and server. */
import { afterEach, expect, test, vi } from 'vitest';
import { missedOn } from '../../functions/webhooks.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import { interval } from '../../src/core/interval.ts';
import type { WebhookState } from '../../src/core/webhook.ts';
import { exampleWith } from '../config/examples.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const minuteMs = 60_000;
const now = 1_800_000_000_000;
const state: WebhookState = {
  server: 'hq',
  at: now,
  outcome: 'standing',
  tables: [
    {
      table: 'contacts',
      database: 'Main',
      layout: 'Contacts_Sync',
      occurrence: 'Contacts',
      url: 'https://calls.example.com/v1/North/f00d/hq/contacts',
      since: now - 60 * minuteMs,
      queue: { waiting: 0 },
    },
  ],
  unknown: [],
};

/** Of changes so many minutes old, where the last hint came so many minutes ago. */
async function missed(ages: readonly number[], hintedAgo: number, wake = 'webhook'): Promise<number> {
  vi.spyOn(Date, 'now').mockReturnValue(now);
  const told: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  const hint = { rev: 1, at: now - hintedAgo * minuteMs };
  const counting = await missedOn(
    {
      configuration: parseConfiguration(exampleWith([['servers', 'hq', 'wake'], wake]), 'serversync.yaml'),
      state: {
        control: { webhookState: async () => state },
        wakes: { wake: async () => ({ rev: 1, done: 1, tables: new Map([['contacts', hint]]) }) },
      },
    },
    'hq',
  );
  for (const age of ages) {
    const at = now - age * minuteMs;
    counting?.changed('contacts', interval(at, at + 1_000));
  }
  counting?.tell();
  const figures = told
    .filter((line) => line.includes('MissedByHook'))
    .map((line) => JSON.parse(line).MissedByHook);
  return figures.reduce((sum: number, one: number) => sum + one, 0);
}

test('a change since which no hint came is missed, one before the last hint is not', async () => {
  expect(await missed([1, 2, 3, 5], 4)).toBe(3);
});

test('neither is one whose call may be under way, nor one from before the webhook stood', async () => {
  expect(await missed([0.2, 61], 120)).toBe(0);
});

test('a server that is not to call misses nothing', async () => {
  expect(await missed([1, 2], 120, 'schedule')).toBe(0);
});
