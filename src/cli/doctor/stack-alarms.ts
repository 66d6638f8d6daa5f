/** The alarms of a stack, and whether anybody hears them. */
import { count } from '../../composition/words.ts';
import { testAlarmName } from '../../config/aws-parts.ts';
import { type Found, ok, warning } from '../../doctor/finding.ts';
import { stackChecks } from '../../doctor/stack-catalogue.ts';
import { looked, type StackAsked } from './stack-asked.ts';
import type { Made, Subscriber } from './stack-reads.ts';

export async function alarmsFindings(asked: StackAsked, made: readonly Made[]): Promise<readonly Found[]> {
  return [
    ...(await looked('alarm', () => statesFindings(asked, made))),
    ...(await looked('alarm-mail', () => mailFindings(asked, made))),
  ];
}

const isAlarm = ({ type }: Made): boolean => /^AWS::CloudWatch::(Composite)?Alarm$/.test(type);

async function statesFindings(
  { reads, stack }: StackAsked,
  made: readonly Made[],
): Promise<readonly Found[]> {
  const names = made.filter(isAlarm).map(({ name }) => name);
  const alarms = await reads.alarms(names);
  const { remedy } = stackChecks.alarm;
  const gone = names.filter((name) => !alarms.some((alarm) => alarm.name === name));
  const mute = alarms.filter(({ hasActions, mayTell }) => hasActions && !mayTell);
  // What says nothing is part of another one, which is told of itself.
  const raised = alarms.filter(
    ({ hasActions, isRaised, name }) => hasActions && isRaised && name !== testAlarmName(stack),
  );
  const found = [
    ...gone.map((name) => warning('alarm', `alarm "${name}" is not there`, remedy)),
    ...mute.map(({ name }) =>
      warning('alarm', `alarm "${name}" tells nobody: its actions are disabled`, remedy),
    ),
    ...raised.map(({ name }) => warning('alarm', `alarm "${name}" is raised now`, remedy)),
  ];
  return found.length > 0
    ? found
    : [ok('alarm', `${count(alarms.length, 'alarm')}: none is raised, each may tell`)];
}

async function mailFindings(asked: StackAsked, made: readonly Made[]): Promise<readonly Found[]> {
  const { alarms, aws } = asked.configuration;
  const topic = made.find(({ type }) => type === 'AWS::SNS::Topic')?.name;
  if (alarms.email === undefined && aws.alarmTopic === undefined)
    return [
      warning(
        'alarm-mail',
        'nobody is told of alarms',
        'Write alarms: { email: … } in the configuration, then npx cdk deploy.',
      ),
    ];
  const { email } = alarms;
  const own =
    email === undefined || topic === undefined
      ? []
      : [mailFinding(email, await asked.reads.subscribers(topic))];
  const { alarmTopic } = aws;
  if (alarmTopic === undefined) return own;
  const others = await looked('alarm-mail', async () => [
    topicFinding(alarmTopic, await asked.reads.subscribers(alarmTopic)),
  ]);
  return [...own, ...others];
}

function mailFinding(email: string, subscribers: readonly Subscriber[]): Found {
  const found = subscribers.find(({ endpoint }) => endpoint.toLowerCase() === email.toLowerCase());
  const { remedy } = stackChecks['alarm-mail'];
  if (found === undefined)
    return warning(
      'alarm-mail',
      `${email} gets no alarm: it is not subscribed, or somebody followed the link that ends it`,
      remedy,
    );
  if (!found.isConfirmed)
    return warning(
      'alarm-mail',
      `${email} gets no alarm yet: the link in the mail of AWS was not followed`,
      remedy,
    );
  return ok('alarm-mail', `alarms go to ${email}, which is confirmed`);
}

function topicFinding(topic: string, subscribers: readonly Subscriber[]): Found {
  const listening = subscribers.filter(({ isConfirmed }) => isConfirmed).length;
  if (listening > 0)
    return ok('alarm-mail', `alarms go to ${topic}, with ${count(listening, 'confirmed subscriber')}`);
  return warning(
    'alarm-mail',
    `alarms go to ${topic}, to which nobody has a confirmed subscription`,
    stackChecks['alarm-mail'].remedy,
  );
}
