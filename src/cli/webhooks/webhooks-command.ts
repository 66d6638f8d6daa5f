/**
 * `serversync webhooks`: which of FileMaker's webhooks call, and whether FileMaker reaches what they call. It shows what a process at work found
 * last; with `--renew` or `--remove` the servers are asked now, also while a process is at work.
 */
import { isWoken, webhookProblems } from '../../composition/webhooks/standing.ts';
import { systemClock } from '../../composition/system-clock.ts';
import { count, duration } from '../../composition/words.ts';
import { type Asked, keepWebhooksOf, leftServer } from '../../composition/webhooks/keeping.ts';
import type { Configuration } from '../../config/configuration.ts';
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import type { Environment } from '../../config/credentials.ts';
import type { EpochMs } from '../../core/names.ts';
import type { WebhookState } from '../../core/webhook.ts';
import { openLocalState } from '../../state/local/local-state.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { openToRead, type StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { accountsFor, stateDirectoryOf } from '../workplace.ts';
import { anotherSecret, ownSecret } from './own-secret.ts';
import { leftLine, stateLine } from './state-lines.ts';
import { keepingOf, whereCalled } from './waking.ts';

export type WebhooksOptions = StatePlace & {
  readonly environment: Environment;
  readonly accountsFile?: string;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** Of one server. */
  readonly server?: string;
  readonly act: 'show' | 'renew' | 'remove' | 'new-secret';
};

export async function webhooksCommand(options: WebhooksOptions): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.configFile);
  if (options.act !== 'show') await ask(configuration, options);
  const state = await openToRead(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    const states = await state.control.webhookStates();
    return show(configuration, states, options);
  } finally {
    state.close();
  }
}

/** Those of the configuration; and one that it does not name any more, where some of ours stood. */
function chosen(
  { servers }: Configuration,
  states: readonly WebhookState[],
  name: string | undefined,
): readonly Asked[] {
  const found = servers.filter((server) => name === undefined || server.name === name);
  if (found.length > 0) return found;
  const left = states.filter(({ server }) => server === name).flatMap((state) => leftServer(state) ?? []);
  if (left.length > 0) return left;
  const known = servers.map((server) => server.name).join(', ');
  throw new Refused(
    'unknown-name',
    `there is no server ${name} in the configuration, and no webhook of ours is known there: servers are ${known}`,
  );
}

/** Of a stack its reader looks after them: what it knows of the address and the secret is not here. */
async function ask(configuration: Configuration, options: WebhooksOptions): Promise<void> {
  const { environment, output, signal, act, stack } = options;
  if (stack !== undefined)
    throw new Refused(
      'unknown-name',
      `the functions of stack ${stack} look after its webhooks: they add what is missing within the hour, and take all away once no server says wake: webhook and the stack is deployed`,
    );
  const where = whereCalled(configuration);
  if (act !== 'remove' && where === undefined)
    throw new Refused(
      'unknown-name',
      'nothing says where FileMaker calls: add webhook: { listen: … } to the configuration',
    );
  const directory = stateDirectoryOf(options.configFile, options.stateDirectory);
  const state = openLocalState({ directory, now: () => systemClock.now(), beside: true });
  try {
    state.checkIdentity(identityOf(configuration));
    const servers = chosen(configuration, await state.control.webhookStates(), options.server);
    const accounts = accountsFor(
      servers.map(({ name }) => name),
      options,
    );
    const { installation, secret } =
      act === 'new-secret' ? anotherSecret(directory, environment) : ownSecret(directory, environment);
    const own = { url: where?.url, installation, secret, removes: act === 'remove' };
    const of = keepingOf({ configuration, state, accounts }, own);
    for (const server of servers) {
      const found = await keepWebhooksOf(of, server, signal);
      if (found !== undefined) output.line(stateLine(found));
    }
  } finally {
    state.close();
  }
}

function show(
  configuration: Configuration,
  states: readonly WebhookState[],
  { output, stack, server: name }: WebhooksOptions,
): ExitCode {
  const now = systemClock.now();
  const servers = chosen(configuration, states, name);
  for (const server of servers) {
    const state = states.find((one) => one.server === server.name);
    const isNamed = configuration.servers.some((one) => one.name === server.name);
    for (const line of isNamed ? linesOf(server, state, now) : leftLines(state)) output.line(line);
  }
  const problems = webhookProblems(configuration, states).filter(
    ({ server }) => name === undefined || server === name,
  );
  for (const problem of problems) if (problem.isLeft) output.line(leftLine(problem, stack));
  const exitCode = problems.length > 0 ? exitCodes.incomplete : exitCodes.inStep;
  output.json(() => ({ exitCode, servers: servers.map((server) => jsonOf(server, states)), problems }));
  return exitCode;
}

function linesOf(server: Asked, state: WebhookState | undefined, now: EpochMs): readonly string[] {
  const { name } = server;
  if (!isWoken(server) && (state === undefined || state.outcome === 'removed'))
    return [`${name}: by the schedule alone (wake: schedule)`];
  if (state === undefined)
    return [`${name}: wake: webhook; its webhooks are added when run --watch, or the stack, is at work`];
  return [
    `${name}: ${stateLine(state).replace('webhooks: ', '')} (looked at ${ago(state.at, now)})`,
    ...callLines(state, now),
    ...state.tables.map(({ table, database, occurrence, since, queue }) => {
      const waits =
        queue.waiting === 0
          ? 'nothing waits'
          : `${count(queue.waiting, 'call')} ${queue.waiting === 1 ? 'waits' : 'wait'}`;
      const why = queue.lastError === undefined ? '' : `, the last try failed with ${queue.lastError}`;
      return `    ${table}: ${occurrence} in ${database}, since ${ago(since, now)}; ${waits}${why}`;
    }),
  ];
}

/** What may stand there is told with what is wrong. */
const leftLines = (state: WebhookState | undefined): readonly string[] =>
  state?.outcome === 'removed'
    ? [`${state.server}: not in the configuration any more; none of ours is left there`]
    : [];

function callLines({ calls }: WebhookState, now: EpochMs): readonly string[] {
  if (calls === undefined) return [];
  const last = calls.lastAt === undefined ? '' : `, the last one ${ago(calls.lastAt, now)}`;
  const missed =
    calls.missed === 0 ? '' : `; ${count(calls.missed, 'change')} came without a call, by the schedule`;
  return [`    ${count(calls.taken, 'call')} since ${ago(calls.since, now)}${last}${missed}`];
}

const ago = (at: EpochMs, now: EpochMs): string => `${duration(now - at)} ago`;

const jsonOf = ({ name, wake }: Asked, states: readonly WebhookState[]) => ({
  server: name,
  wake,
  state: states.find((one) => one.server === name),
});
