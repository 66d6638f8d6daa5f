/** What is wrong with the webhooks of servers, by what was found last. Nothing is lost for it: the schedule is kept. */
import type { Configuration, ServerConfiguration } from '../../config/configuration.ts';
import type { EpochMs, ServerName } from '../../core/names.ts';
import type { WebhookState } from '../../core/webhook.ts';
import { count } from '../words.ts';

export const isWoken = ({ wake }: Pick<ServerConfiguration, 'wake'>): boolean => wake === 'webhook';

export type WebhookProblem = {
  readonly server: ServerName;
  readonly since: EpochMs;
  /** What is so: no secret, no content. */
  readonly text: string;
  /** The configuration does not name it any more. */
  readonly isLeft: boolean;
  /** It is known where it is: older versions did not note that. */
  readonly isAskable: boolean;
};

export const webhookProblems = (
  { servers }: Pick<Configuration, 'servers'>,
  states: readonly WebhookState[],
): readonly WebhookProblem[] =>
  states.flatMap((state) => {
    const known = servers.find(({ name }) => name === state.server);
    const text = known === undefined ? leftBehind(state) : isWoken(known) ? problemOf(state) : undefined;
    const { server, at: since } = state;
    const isAskable = known !== undefined || state.address !== undefined;
    return text === undefined ? [] : { server, since, text, isLeft: known === undefined, isAskable };
  });

/**
 * What to do about one that the configuration does not name any more and that cannot be asked so: on AWS, where the functions may not reach its
 * account, and where nobody knows its address.
 */
export const putBack =
  'Put it into the configuration again, with wake: schedule, and deploy, or start run --watch anew: they are taken away with its next reading. Or remove them on that server.';

/** Of a server that the configuration does not name any more. */
function leftBehind({ outcome, tables }: WebhookState): string | undefined {
  if (outcome === 'removed' || tables.length === 0) return undefined;
  const webhooks = count(tables.length, 'webhook');
  return `the configuration does not name it any more, and ${webhooks} of ours may stand there, so that FileMaker calls for ever`;
}

function problemOf({ outcome, reason, tables }: WebhookState): string | undefined {
  if (outcome === 'unsupported') return `it has no webhooks, so that its schedule alone counts: ${reason}`;
  if (outcome === 'failed') return `its webhooks could not be looked after: ${reason}`;
  const stuck = tables.find(({ queue }) => queue.lastError !== undefined);
  if (stuck === undefined) return undefined;
  const waiting = tables.reduce((sum, { queue }) => sum + queue.waiting, 0);
  return `FileMaker does not reach what its webhooks call: ${waiting} wait, the last try failed with ${stuck.queue.lastError}`;
}
