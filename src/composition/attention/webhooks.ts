/** Webhooks that cannot have a server read: nothing is lost, but changes wait for the schedule. */
import { webhookProblems } from '../webhooks/standing.ts';
import type { Finder } from './matter.ts';

export const webhooksBroken: Finder = async ({ configuration, control }) => {
  const problems = webhookProblems(configuration, await control.webhookStates());
  return problems.map(({ server, since, text }) => ({
    kind: 'webhooks',
    urgency: 'later',
    server,
    since,
    text,
    next: ['webhooks'],
  }));
};
