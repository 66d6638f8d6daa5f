/** One server: late or out of reach. An outage is one message, that of the composite; its parts say nothing by themselves. */
import { Duration } from 'aws-cdk-lib';
import { type Alarm, AlarmRule, AlarmState, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { showBudget } from '../src/config/data-budget.ts';
import { showDuration } from '../src/config/duration.ts';
import { toldFromShare } from '../src/core/data-use.ts';
import { alarmOn } from './alarm.ts';
import { alarmName, type InstalledServer, type Installation, statusCommand } from './installation.ts';
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
  const both = alarmName(name, `${server.name} out of reach or late`);
  const late = alarmOn(server.scope, 'Lag', {
    name: alarmName(name, `${server.name} late`),
    description: `Changes wait for ${lag} or longer: the oldest one that is not yet on server ${server.name}, or not yet read from it. What to do is in the alarm "${both}".`,
    metric: serverMetric(name, server.name, 'Lag'),
    threshold: configuration.alarms.lagMs / 1000,
    periods: outageMinutes,
    ...whileSilent,
  });
  const unreachable = alarmOn(server.scope, 'Unreachable', {
    name: alarmName(name, `${server.name} out of reach`),
    description: `Server ${server.name} has not answered for ${outageMinutes} minutes, refuses the account, or has reached the limit of data in its licence. What to do is in the alarm "${both}".`,
    metric: serverMetric(name, server.name, 'Unreachable'),
    threshold: 1,
    periods: outageMinutes,
    ...whileSilent,
  });
  const composite = new CompositeAlarm(server.scope, 'Alarm', {
    compositeAlarmName: both,
    alarmDescription: `Server ${server.name} is out of reach, refuses the account or has reached the limit of data in its licence (953), or changes wait for ${lag} or longer. Is it on, does the Data API run (Admin Console, Connectors), is its certificate valid, is the account right (secret ${configuration.aws.secrets}/${server.name})? Nothing is lost: what waits is carried when it answers again. To see what fails and why, and which tables are not read, ${statusCommand(name)}`,
    alarmRule: AlarmRule.anyOf(
      AlarmRule.fromAlarm(late, AlarmState.ALARM),
      AlarmRule.fromAlarm(unreachable, AlarmState.ALARM),
    ),
    actionsSuppressor: noMeasurement,
    ...suppression,
  });
  notices.tellOfBothEnds(composite);
  budgetAlarm(installation, server, notices);
  return composite;
}

/**
 * Not a part of the composite: it lasts for the rest of the month, and a composite that is raised already has no second
 * message when the server goes out of reach.
 */
function budgetAlarm({ name, configuration }: Installation, server: InstalledServer, notices: Notices): void {
  const budget = configuration.servers.find((one) => one.name === server.name)?.dataBudget;
  if (budget === undefined) return;
  const alarm = alarmOn(server.scope, 'DataBudget', {
    name: alarmName(name, `${server.name} has nearly used up its data budget`),
    description: `Server ${server.name} sent ServerSync ${toldFromShare * 100}% or more of its dataBudget (${showBudget(budget)}). Nothing stops for it. What the licence itself counts, and when that begins anew, is in its Admin Console: Connectors, FileMaker Data API (Annual Limit, Data Transmitted by This Host, Annual Reset Date). To send less: a longer schedule.enumerate, sweeps less often, a sweepLayout, fewer fields; docs/day-two.md says more. To see what each server sent, ${statusCommand(name)}`,
    metric: serverMetric(name, server.name, 'DataShare'),
    threshold: toldFromShare * 100,
    periods: 1,
    silence: 'unchanged',
  });
  notices.tellOf(alarm);
}
