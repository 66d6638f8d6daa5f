/** Webhooks that cannot have a server read: nothing is lost, but changes wait for the schedule. */
import { putBack, webhookProblems } from '../webhooks/standing.ts';
import type { Finder } from './matter.ts';

export const webhooksBroken: Finder = async ({ configuration, control, isStack }) => {
  const problems = webhookProblems(configuration, await control.webhookStates());
  return problems.map(({ server, since, text, isLeft, isAskable }) => {
    const isPutBack = isLeft && (isStack || !isAskable);
    return {
      kind: 'webhooks',
      urgency: 'later',
      server,
      since,
      text,
      ...(isPutBack && { first: putBack }),
      next: isLeft && !isPutBack ? ['webhooks', '--remove', '--server', server] : ['webhooks'],
    };
  });
};
