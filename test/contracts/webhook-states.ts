import { describe, expect, test } from 'vitest';
import type { WebhookState } from '../../src/core/webhook.ts';
import type { WebhookStates } from '../../src/ports/control.ts';
import { closing, type Open } from './opened.ts';

const state = (server: string, more: Partial<WebhookState> = {}): WebhookState => ({
  server,
  at: 1_732_000_000_000,
  outcome: 'standing',
  tables: [
    {
      table: 'contacts',
      database: 'Main',
      layout: 'Contacts_Sync',
      occurrence: 'Contacts',
      url: 'https://sync.example.com/v1/a/b/hq/contacts',
      since: 1_731_000_000_000.5,
      queue: { waiting: 2, lastError: '1631' },
    },
  ],
  unknown: ['orders'],
  calls: { since: 1_731_000_000_000, taken: 3, lastAt: 1_731_000_000_500, missed: 1 },
  ...more,
});

export function describeWebhookStatesContract(name: string, open: Open<WebhookStates>): void {
  describe(`what is known of webhooks: ${name}`, () => {
    const opened = closing(open);

    test('one of a server is the last that was put, after a reopening too', async () => {
      const { port, reopen } = await opened();
      expect(await port.webhookState('hq')).toBe(undefined);
      await port.putWebhookState(state('hq'));
      const last = state('hq', { outcome: 'failed', reason: 'it does not answer', tables: [] });
      await port.putWebhookState(last);
      await port.putWebhookState(state('branch'));
      expect(await port.webhookState('hq')).toStrictEqual(last);
      const again = await reopen();
      expect(new Set(await again.webhookStates())).toStrictEqual(new Set([last, state('branch')]));
    });
  });
}
