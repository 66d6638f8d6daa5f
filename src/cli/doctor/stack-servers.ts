/** What a stack has for each server: its secret, its queues with what takes messages off them, its schedule. */
import { count } from '../../composition/words.ts';
import { dutiesOf, queueNamesOf } from '../../config/aws-parts.ts';
import type { ServerConfiguration } from '../../config/configuration.ts';
import { stackChecks } from '../../doctor/stack-catalogue.ts';
import { failed, type Finding, type Found, ok, warning } from '../../doctor/finding.ts';
import { looked, lookedAtEach, type StackAsked, typed } from './stack-asked.ts';
import type { QueueFacts } from './stack-reads.ts';

export async function serversFindings(asked: StackAsked): Promise<readonly Finding[]> {
  return [
    ...(await lookedAtEach(asked, 'secret', async ({ name }) => [await secretFinding(asked, name)])),
    ...(await queuesFindings(asked)),
    ...(await lookedAtEach(asked, 'schedule', (server) => readingFindings(asked, server))),
  ];
}

async function secretFinding(asked: StackAsked, server: string): Promise<Found> {
  const name = `${asked.outputs['SecretPrefix'] ?? ''}${server}`;
  const state = await asked.reads.secret(name);
  if (state === 'there') return ok('secret', `secret ${name} is there`);
  const found = state === 'absent' ? 'is not there' : 'is to be deleted';
  return failed(
    'secret',
    `secret ${name} ${found}`,
    `Store the account: ${typed(asked, 'secrets', 'set', server)}`,
  );
}

async function queuesFindings(asked: StackAsked): Promise<readonly Finding[]> {
  const deliveries = await deliveriesOf(asked);
  return lookedAtEach(asked, 'queue', async ({ name }) => {
    if (!dutiesOf(asked.configuration, name).receives) return [];
    const names = queueNamesOf(asked.stack, name);
    const queue = await asked.reads.queue(names.queue);
    if (queue === undefined) return [gone(names.queue)];
    const unreadable = await asked.reads.queue(names.unreadable);
    if (unreadable === undefined) return [gone(names.unreadable)];
    const state = 'found' in deliveries ? undefined : (deliveries.get(queue.arn) ?? 'none');
    return [
      queueFinding(names.queue, queue, unreadable, state),
      unreadableFinding(names.unreadable, unreadable),
    ].concat('found' in deliveries ? deliveries.found : []);
  });
}

type Deliveries = ReadonlyMap<string, string> | { readonly found: readonly Found[] };

/** Or why that could not be seen. */
async function deliveriesOf({ reads, outputs }: StackAsked): Promise<Deliveries> {
  let deliveries: Deliveries | undefined;
  const found = await looked('queue', async () => {
    deliveries = await reads.deliveries(outputs['WriteFunction'] ?? '');
    return [];
  });
  return deliveries ?? { found };
}

const gone = (name: string): Found =>
  failed('queue', `queue ${name} is not there`, 'npx cdk deploy makes it again.');

/** `state`: of what hands its messages to the function; undefined where that could not be seen. */
function queueFinding(
  name: string,
  queue: QueueFacts,
  unreadable: QueueFacts,
  state: string | undefined,
): Found {
  const figures = { messages: queue.messages };
  const waits = `queue ${name} holds ${count(queue.messages, 'message')}`;
  const { remedy } = stackChecks.queue;
  if (queue.deadLetters !== unreadable.arn)
    return failed(
      'queue',
      `queue ${name} has no dead-letter queue: what nobody can read comes back for days`,
      remedy,
      figures,
    );
  if (state === 'none')
    return failed('queue', `${waits}, and nothing hands them to the function write`, remedy, figures);
  if (state !== undefined && stopped.has(state))
    return failed(
      'queue',
      `${waits}, and its trigger of the function write is switched off`,
      remedy,
      figures,
    );
  return ok('queue', state === undefined ? waits : `${waits}; the function write takes them`, figures);
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html; others are on their way to Enabled. */
const stopped: ReadonlySet<string> = new Set(['Disabled', 'Disabling', 'Deleting']);

function unreadableFinding(name: string, { messages }: QueueFacts): Found {
  const figures = { messages };
  if (messages === 0) return ok('unreadable', 'no message that nobody can read', figures);
  const text = `queue ${name} holds ${count(messages, 'message')} that nobody can read`;
  return warning('unreadable', text, stackChecks.unreadable.remedy, figures);
}

async function readingFindings(asked: StackAsked, { name }: ServerConfiguration): Promise<readonly Found[]> {
  const { sends, receives } = dutiesOf(asked.configuration, name);
  return sends || receives ? [await scheduleFinding(asked, `enumerate-${name}`, 'its reading')] : [];
}

export async function scheduleFinding({ reads }: StackAsked, name: string, starts: string): Promise<Found> {
  const state = await reads.schedule(name);
  if (state === 'ENABLED') return ok('schedule', `schedule ${name}, which starts ${starts}, is on`);
  const found = state === undefined ? 'is not there' : 'is switched off';
  return failed(
    'schedule',
    `schedule ${name}, which starts ${starts}, ${found}`,
    stackChecks.schedule.remedy,
  );
}
