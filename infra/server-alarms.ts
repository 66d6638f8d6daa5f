/** One server: late or out of reach. An outage is one message, that of the composite; its parts say nothing by themselves. */
import { Duration } from 'aws-cdk-lib';
import { type Alarm, AlarmRule, AlarmState, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { showDuration } from '../src/config/duration.ts';
import { alarmOn } from './alarm.ts';
import type { InstalledServer, Installation } from './installation.ts';
import { serverMetric } from './metrics.ts';
import type { Notices } from './notices.ts';

export type ServerAlarmsOptions = {
  readonly installation: Installation;
  readonly server: InstalledServer;
  readonly notices: Notices;
  /** While nobody measures, that is the message. */
  readonly noMeasurement: Alarm;
};

/** In a row. A server that starts anew answers within it. */
const outageMinutes = 5;

/** Silence starts no outage and mends none: that nobody measures is an alarm of its own. */
const whileSilent = { silence: 'unchanged' } as const;

/**
 * How long an outage waits for the alarm that nobody measures, and how long after its end: what waited meanwhile makes every
 * server late for some minutes, though nothing is wrong any more.
 */
const suppression = {
  actionsSuppressorWaitPeriod: Duration.minutes(1),
  actionsSuppressorExtensionPeriod: Duration.minutes(10),
};

export function serverAlarms({
  installation,
  server,
  notices,
  noMeasurement,
}: ServerAlarmsOptions): CompositeAlarm {
  const { name, configuration } = installation;
  const lag = showDuration(configuration.alarms.lagMs);
  const late = alarmOn(server.scope, 'Lag', {
    name: `${name} server ${server.name} - lag`,
    description: `Changes wait for ${lag} or longer: the oldest one that is not yet on server ${server.name}, or not yet read from it. Whom to ask is in the alarm ${name} server ${server.name}.`,
    metric: serverMetric(name, server.name, 'Lag'),
    threshold: configuration.alarms.lagMs / 1000,
    periods: outageMinutes,
    ...whileSilent,
  });
  const unreachable = alarmOn(server.scope, 'Unreachable', {
    name: `${name} server ${server.name} - unreachable`,
    description: `Server ${server.name} has not answered for ${outageMinutes} minutes, or refuses the account. What to do is in the alarm ${name} server ${server.name}.`,
    metric: serverMetric(name, server.name, 'Unreachable'),
    threshold: 1,
    periods: outageMinutes,
    ...whileSilent,
  });
  const composite = new CompositeAlarm(server.scope, 'Alarm', {
    compositeAlarmName: `${name} server ${server.name}`,
    alarmDescription: `Server ${server.name} is out of reach, or changes wait for ${lag} or longer. Is it on, does the Data API run (Admin Console, Connectors), is its certificate valid, is the account right (secret ${configuration.aws.secrets}/${server.name})? serversync status --stack ${name} says what it answered. Nothing is lost: what waits is carried when it answers again.`,
    alarmRule: AlarmRule.anyOf(
      AlarmRule.fromAlarm(late, AlarmState.ALARM),
      AlarmRule.fromAlarm(unreachable, AlarmState.ALARM),
    ),
    actionsSuppressor: noMeasurement,
    ...suppression,
  });
  notices.tellOfBothEnds(composite);
  return composite;
}
