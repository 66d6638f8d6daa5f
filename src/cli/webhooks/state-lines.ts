/** What is known of the webhooks of a server, in words. No secret: an address says a mark of it alone. */
import { count } from '../../composition/words.ts';
import { putBack, type WebhookProblem } from '../../composition/webhooks/standing.ts';
import type { WebhookState } from '../../core/webhook.ts';

/** Of a server that the configuration does not name any more. */
export const leftLine = ({ server, text, isAskable }: WebhookProblem, stack?: string): string =>
  `${server}: ${text}. ${stack === undefined && isAskable ? `Take them away: serversync webhooks --remove --server ${server}` : putBack}`;

export function stateLine({ server, outcome, reason, tables, unknown }: WebhookState): string {
  const standing = `${count(tables.length, 'webhook')} on ${server} ${tables.length === 1 ? 'stands' : 'stand'}`;
  switch (outcome) {
    case 'removed':
      return `webhooks: none of ours is left on ${server}`;
    case 'unsupported':
      return `webhooks: none on ${server}, the schedule alone is kept: ${reason}`;
    case 'failed':
      return `webhooks: those on ${server} could not be looked after: ${reason}`;
    case 'standing':
      return `webhooks: ${standing}${unknown.length === 0 ? '' : `; without one, since they have no record yet: ${unknown.join(', ')}`}`;
  }
}
