/** When the webhooks of a server are looked at again on AWS. */
import { expect, test } from 'vitest';
import { isLookDue } from '../../../src/composition/webhooks/keeping.ts';
import type { HookedTable, WebhookState } from '../../../src/core/webhook.ts';
import { configurationOf } from '../../infra/support/synthesised.ts';

const url = 'https://calls.example.com';
const now = 10 * 3_600_000;
const hour = 3_600_000;

const state = (more: Partial<WebhookState> = {}): WebhookState => ({
  server: 'hq',
  at: now - 60_000,
  outcome: 'standing',
  tables: [
    {
      table: 'contacts',
      database: 'Main',
      layout: 'Sync',
      occurrence: 'Contacts',
      url: `${url}/v1/North/mark/hq/contacts`,
      since: 1,
      queue: { waiting: 0 },
    },
  ],
  unknown: [],
  ...more,
});

const moved = (more: Partial<HookedTable>): readonly HookedTable[] =>
  state().tables.map((one) => ({ ...one, ...more }));

const due = (before: WebhookState | undefined, wake: 'schedule' | 'webhook' = 'webhook'): boolean => {
  const configuration = configurationOf({
    roles: { hq: 'both', branch: 'both' },
    ...(wake === 'webhook' && { woken: ['hq'] }),
  });
  const [hq] = configuration.servers;
  if (hq === undefined) throw new Error('no server');
  return isLookDue({ configuration, url }, hq, before, now);
};

test.each<[string, boolean, WebhookState | undefined]>([
  ['which were never looked at', true, undefined],
  ['which were taken away', true, state({ outcome: 'removed', tables: [] })],
  ['which stood a minute ago', false, state()],
  ['which stood an hour ago', true, state({ at: now - hour })],
  ['looked at in the future, since the clock was set back', true, state({ at: now + hour })],
  ['which failed a minute ago', false, state({ outcome: 'failed' })],
  ['which failed five minutes ago', true, state({ outcome: 'failed', at: now - 300_000 })],
  ['of which there were none a minute ago', false, state({ outcome: 'unsupported', tables: [] })],
  ['of another table than is sent now', true, state({ tables: [] })],
  [
    'of a table besides that is not sent any more',
    true,
    state({ tables: [...state().tables, ...moved({ table: 'gone' })] }),
  ],
  ['of another layout than is sent now', true, state({ tables: moved({ layout: 'Former' }) })],
  ['of another file than is sent now', true, state({ tables: moved({ database: 'Former' }) })],
  ['of a table whose occurrence is not known', false, state({ tables: [], unknown: ['contacts'] })],
  [
    'which call another address',
    true,
    state({
      tables: state().tables.map((one) => ({ ...one, url: 'https://former.example.com/v1/a/b/hq/contacts' })),
    }),
  ],
])('webhooks %s: %s', (_name, isDue, before) => {
  expect(due(before)).toBe(isDue);
});

test.each<[string, boolean, WebhookState | undefined]>([
  ['stand yet', true, state()],
  ['may stand yet', true, state({ outcome: 'failed' })],
  ['are gone', false, state({ outcome: 'removed', tables: [] })],
  ['never were', false, undefined],
])('of a server that is not woken any more, whose webhooks %s: %s', (_name, isDue, before) => {
  expect(due(before, 'schedule')).toBe(isDue);
});
