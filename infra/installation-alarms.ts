/** What concerns no single server. */
import { Duration } from 'aws-cdk-lib';
import { type Alarm, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alarmOn, type Watched } from './alarm.ts';
import { isCalled } from './calls.ts';
import { titleOf } from '../src/config/aws-stack-name.ts';
import { testAlarmName } from '../src/config/aws-parts.ts';
import { showDuration } from '../src/config/duration.ts';
import { alarmName, type Installation, logGroupOf, statusCommand } from './installation.ts';
import { growthOf, installationMetric } from './metrics.ts';
import type { Notices } from './notices.ts';

const fiveMinutes = Duration.minutes(5);

/**
 * Where on the dashboard: at the top, as what a person who looks after the servers acts on; below; or as a figure only, since
 * what tells of growth is green again within minutes while what it told of stands.
 */
type Place = 'top' | 'below' | 'figure';

type Placed = Watched & { readonly place: Place };

export class InstallationAlarms extends Construct {
  /** Nobody measures: what other alarms then say is old, or about silence only. */
  readonly noMeasurement: Alarm;
  readonly #others: readonly (readonly [Place, Alarm])[];

  constructor(scope: Construct, id: string, installation: Installation, notices: Notices) {
    super(scope, id);
    this.noMeasurement = alarmOn(this, 'NoMeasurement', noMeasurement(installation));
    notices.tellOfBothEnds(this.noMeasurement);
    this.#others = Object.entries(watchedOf(installation)).map(([subject, { place, ...watched }]) => [
      place,
      alarmOn(this, subject, watched),
    ]);
    for (const [, alarm] of this.#others) notices.tellOf(alarm);
    notices.tellOf(alarmOn(this, 'Test', test(installation)));
  }

  at(wanted: Place): readonly Alarm[] {
    return this.#others.flatMap(([place, alarm]) => (place === wanted ? [alarm] : []));
  }
}

/** Sooner than the lag of any server is missed, so that one message says it. */
const noMeasurement = ({ name }: Installation): Watched => ({
  name: alarmName(name, 'nobody measures'),
  description: `For three minutes ${titleOf(name)} has not looked at its servers: neither lag nor anything else is known now. Look for the level ERROR, or else WARN, in the log group ${logGroupOf(name, 'measure')} (AWS console: CloudWatch, Log groups). After a first deployment this ends by itself within minutes. No change is lost: what was not carried is carried when it runs again. Records that were parked and tables that were halted meanwhile have no message of their own: when it is over, look once, ${statusCommand(name)}`,
  metric: installationMetric(name, 'Measured', Stats.SUM),
  threshold: 1,
  below: true,
  periods: 3,
  silence: 'wrong',
});

/**
 * So that the way of the mail can be tried without a word that misleads: the subject is its name, and nothing waits for it as
 * for "nobody measures". The figure counts to one in a minute: by itself it is never raised, and what a person raises is over
 * with the next look that CloudWatch takes.
 */
const test = ({ name }: Installation): Watched => ({
  name: testAlarmName(name),
  description: `Nothing is wrong: somebody tries whether alarms of ${titleOf(name)} arrive, in the folder of ServerSync: npx serversync doctor --stack ${name} --test-alarm. Whoever gets this gets all other alarms too. There is nothing to do; it ends by itself within minutes.`,
  metric: installationMetric(name, 'Measured', Stats.SUM),
  threshold: 1_000_000,
  periods: 1,
});

function watchedOf(installation: Installation): Readonly<Record<string, Placed>> {
  const { name, configuration } = installation;
  const figure = (which: Parameters<typeof installationMetric>[1]) => installationMetric(name, which);
  const counted = (which: Parameters<typeof installationMetric>[1]) =>
    installationMetric(name, which, Stats.SUM, fiveMinutes);
  return {
    Skew: {
      place: 'top',
      name: alarmName(name, 'clocks differ'),
      description: `The clocks of two servers differ by more than alarms.skew (${showDuration(configuration.alarms.skewMs)}). ServerSync allows for it, but which of two changes was later is less certain. See on the dashboard, in "Whose clock is wrong", which one is off, and set that computer to take its time from the network (Windows: Settings, Time & language; Mac: System Settings, General, Date & Time).`,
      metric: figure('Skew'),
      threshold: configuration.alarms.skewMs,
      periods: 5,
    },
    ClockSteps: {
      place: 'below',
      name: alarmName(name, 'a clock jumped'),
      description: `The clock of a server was set forward or back by a jump. ServerSync reads again what that may have hidden. If nobody set it on purpose, see to it that the computer takes its time from the network. Which server it was is also in the log group ${logGroupOf(name, 'measure')} (AWS console: CloudWatch, Log groups; look for clock-stepped, level WARN), and on the dashboard, where the lines in "Whose clock is wrong" jump. To see it, ${statusCommand(name)}`,
      metric: counted('ClockSteps'),
      threshold: 1,
      periods: 1,
    },
    Halted: {
      place: 'figure',
      name: alarmName(name, 'a table is halted'),
      description: `A table on a server is neither read nor written there until a person has answered: too many records differ from those of the others at its first meeting (its keys may not mean the same records), or too many are gone at once, or its file was put back to an earlier state. To see which table on which server, why, and the ways out, in the folder of ServerSync: npx serversync halts --stack ${name}. This message comes when a table more is halted; the dashboard shows how many are. To see examples of a first meeting that differ, ${statusCommand(name, ' --examples')}`,
      metric: growthOf(name, 'Halted'),
      ...atEachGrowth,
    },
    Parked: {
      place: 'figure',
      name: alarmName(name, 'records are parked'),
      description: `Records were parked, that is set aside with the reason, so that the others go on: a server refused them (for instance by a field validation), their key is empty, or two records have the same one. Mend the record or the layout in FileMaker: it is tried again once a day, and sooner when the record changes. This message comes when records are added to those that are parked; the dashboard shows how many are. To see each with its reason, ${statusCommand(name)}`,
      metric: growthOf(name, 'Parked'),
      ...atEachGrowth,
    },
    Held: {
      place: 'figure',
      name: alarmName(name, 'conflicts are held'),
      description: `Two servers changed the same field, and the table says that a person chooses (conflicts: hold): each server keeps its own value until then. See them with: npx serversync conflicts list --held --stack ${name}. Choose with: npx serversync conflicts resolve ID --keep SERVER --stack ${name}. This message comes when conflicts are added to those that are held; the dashboard shows how many are.`,
      metric: growthOf(name, 'Held'),
      ...atEachGrowth,
    },
    UnreadableMessages: {
      place: 'below',
      name: alarmName(name, 'messages that nobody can read'),
      description: `A queue ending in -unreadable holds messages that are not ServerSync's, or some of its own that the function write could not start on five times (its log group ${logGroupOf(name, 'write')} says so then). No record's value is in them and no change is lost: what was to be written is sent again. Find out who else sends to the queues beginning with ${name}-, then open that queue in the AWS console and purge it.`,
      metric: figure('UnreadableMessages'),
      threshold: 1,
      periods: 1,
    },
    Unusual: {
      place: 'top',
      name: alarmName(name, 'something unusual'),
      description: `A function met what it cannot work with: a layout or a field that is missing or was renamed in FileMaker, a secret that is missing or has another form, an event that is not ours, or stored state that belongs to another installation or version. Look for the level ERROR in the log groups ${logGroupOf(name, 'enumerate')}, ${logGroupOf(name, 'write')}, ${logGroupOf(name, 'sweep')} and ${logGroupOf(name, 'measure')} (AWS console: CloudWatch, Log groups): the message says what it was and what to do. (A server that does not answer or refuses the account is no ERROR there: look for server-failed, level WARN.) What waits is kept and tried again. To see what fails and what is not read, ${statusCommand(name)}`,
      metric: counted('Unusual'),
      threshold: 1,
      periods: 1,
    },
    Concurrency: {
      place: 'below',
      name: alarmName(name, 'the account is nearly full of functions'),
      description: `All functions of this AWS account together are near the ${configuration.aws.concurrency} that may be at work at once (aws.concurrency), and then ServerSync waits too. See in the Lambda console which functions are busy, and ask for more in Service Quotas: AWS Lambda, Concurrent executions.`,
      metric: accountConcurrency,
      threshold: Math.max(1, Math.floor(configuration.aws.concurrency * nearlyFull)),
      periods: 3,
    },
    Schedules: {
      place: 'below',
      name: alarmName(name, 'a schedule cannot start its function'),
      description: `EventBridge Scheduler could not start a function of ServerSync, so servers are not read in time. Open the schedule group ${name} in the AWS console and see that its schedules are enabled; deploy again with cdk deploy if the role or the function was changed by hand.`,
      metric: schedulesFailed(name),
      threshold: 1,
      periods: 2,
    },
    ...(isCalled(configuration) && {
      RefusedCalls: {
        place: 'below',
        name: alarmName(name, 'calls are refused'),
        description: `For a quarter of an hour many calls came to the address of the webhooks that carried no secret or another one, or were for a table that is not synced there. Nothing was done for them, and no change is lost: the schedule is kept. But FileMaker's own calls may have to wait behind them. Which, and from which address: look for "calls refused" in the log group ${logGroupOf(name, 'wake')} (AWS console: CloudWatch, Log groups). From a FileMaker Server: a webhook that nobody looks after any more, of a former installation or a table that was taken out; remove it there. From elsewhere: strangers. To have another address write wake: schedule, deploy, write wake: webhook, and deploy again.`,
        metric: counted('RefusedCalls'),
        threshold: refusedCalls,
        periods: 3,
      } as const,
    }),
  };
}

/** Long enough that records which are parked one after the other are one message. */
const atEachGrowth = { threshold: 1, periods: 1, of: 5 };

/** In five minutes: fewer may be webhooks whose secret was just exchanged; of strangers without end some 1,500 come through (calls.ts). Assumed. */
const refusedCalls = 100;

/** Of all functions of the account: it has no dimension. */
const accountConcurrency = new Metric({
  namespace: 'AWS/Lambda',
  metricName: 'ConcurrentExecutions',
  statistic: Stats.MAXIMUM,
  period: Duration.minutes(1),
});

/** Of what the account may have, which no metric holds; where that is less than the configuration says, the alarms on throttles tell. */
const nearlyFull = 0.8;

const schedulesFailed = (group: string): Metric =>
  new Metric({
    namespace: 'AWS/Scheduler',
    metricName: 'InvocationDroppedCount',
    dimensionsMap: { ScheduleGroup: group },
    statistic: Stats.SUM,
    period: fiveMinutes,
  });
