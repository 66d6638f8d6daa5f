/** What is wrong with the webhooks of servers, by what was found last. Nothing is lost for it: the schedule is kept. */
import type { Configuration, ServerConfiguration } from '../../config/configuration.ts';
import type { EpochMs, ServerName } from '../../core/names.ts';
import type { WebhookState } from '../../core/webhook.ts';

export const isWoken = ({ wake }: Pick<ServerConfiguration, 'wake'>): boolean => wake === 'webhook';

export type WebhookProblem = {
  readonly server: ServerName;
  readonly since: EpochMs;
  /** What is so: no secret, no content. */
  readonly text: string;
};

export const webhookProblems = (
  { servers }: Pick<Configuration, 'servers'>,
  states: readonly WebhookState[],
): readonly WebhookProblem[] =>
  servers.filter(isWoken).flatMap(({ name }) => {
    const state = states.find((one) => one.server === name);
    const text = state && problemOf(state);
    return state === undefined || text === undefined ? [] : { server: name, since: state.at, text };
  });

function problemOf({ outcome, reason, tables }: WebhookState): string | undefined {
  if (outcome === 'unsupported') return `it has no webhooks, so that its schedule alone counts: ${reason}`;
  if (outcome === 'failed') return `its webhooks could not be looked after: ${reason}`;
  const stuck = tables.find(({ queue }) => queue.lastError !== undefined);
  if (stuck === undefined) return undefined;
  const waiting = tables.reduce((sum, { queue }) => sum + queue.waiting, 0);
  return `FileMaker does not reach what its webhooks call: ${waiting} wait, the last try failed with ${stuck.queue.lastError}`;
}
