/** What is said of a server that the configuration does not name any more, and whose webhooks may stand. */
import { expect, test } from 'vitest';
import { leftServer } from '../../../src/composition/webhooks/keeping.ts';
import { webhookProblems } from '../../../src/composition/webhooks/standing.ts';
import { leftLine } from '../../../src/cli/webhooks/state-lines.ts';
import type { WebhookState } from '../../../src/core/webhook.ts';

const state: WebhookState = {
  server: 'shop',
  at: 1,
  outcome: 'standing',
  tables: [
    {
      table: 'contacts',
      database: 'Main',
      layout: 'Contacts',
      occurrence: 'Contacts',
      url: 'https://sync.example.com/v1/a1/m/shop/contacts',
      since: 1,
      queue: { waiting: 0 },
    },
  ],
  unknown: [],
};

const lineOf = (known: WebhookState, stack?: string): string =>
  webhookProblems({ servers: [] }, [known])
    .map((problem) => leftLine(problem, stack))
    .join('\n');

test('it can be asked where its address was noted', () => {
  const known = { ...state, address: { url: 'https://shop.example.com' } };
  expect(leftServer(known)).toMatchObject({ name: 'shop', url: 'https://shop.example.com' });
  expect(lineOf(known)).toContain('serversync webhooks --remove --server shop');
  expect(lineOf(known, 'ServerSync')).toContain('Put it into the configuration again');
});

test('one whose address an older version did not note is put back first, since nobody knows where it is', () => {
  expect(leftServer(state)).toBeUndefined();
  expect(lineOf(state)).not.toContain('--remove');
  expect(lineOf(state)).toContain('Put it into the configuration again');
});
