/** Which server is behind, and why: the answer first, what explains it below. Titles are questions answered by the graph. */
import {
  type AlarmBase,
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IMetric,
  LegendPosition,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { showDuration } from '../src/config/duration.ts';
import type { SyncFunction } from './sync-function.ts';
import type { Installation } from './installation.ts';
import { colourOf } from './colours.ts';
import { installationMetric, serverMetric, type ServerFigure } from './metrics.ts';
import type { ServerQueues } from './server-queues.ts';

export type OverviewProps = {
  readonly installation: Installation;
  readonly serverAlarms: readonly AlarmBase[];
  readonly otherAlarms: readonly AlarmBase[];
  readonly functions: readonly SyncFunction[];
  readonly queues: ReadonlyMap<string, ServerQueues>;
};

const wholeWidth = 24;
const half = { width: wholeWidth / 2, height: 6 };
const span = Duration.minutes(5);

export class Overview extends Dashboard {
  constructor(scope: Construct, id: string, props: OverviewProps) {
    super(scope, id, { dashboardName: props.installation.name, defaultInterval: Duration.hours(6) });
    this.addWidgets(intro(props));
    this.addWidgets(states('Which server needs a look: a red box', props.serverAlarms));
    this.addWidgets(standing(props));
    this.addWidgets(lag(props), clocks(props));
    this.addWidgets(
      perServer('How many records wait for each server', 'Pending', props),
      perServer('Which server does not answer (1) and when it did (0)', 'Unreachable', props),
    );
    this.addWidgets(
      perServer('How many records each server refused', 'Parked', props),
      perServer('How many tables of each server wait for your approval', 'Halted', props),
    );
    this.addWidgets(durations(props), errors(props));
    this.addWidgets(messages(props), unreadable(props));
    this.addWidgets(states('What else needs a look: a red box', props.otherAlarms));
  }
}

const intro = ({ installation: { name, configuration } }: OverviewProps): TextWidget =>
  new TextWidget({
    width: wholeWidth,
    height: 3,
    markdown: `## ServerSync ${name}
**Which server is behind?** The line that climbs in *How late is each server*; above the red line (${showDuration(configuration.alarms.lagMs)}) there is an alarm. **Why?** Look down the same colour: it does not answer, it refuses records, a table waits for approval, or much waits at once (then the line falls by itself). Each alarm says what to do. \`serversync status --stack ${name}\` tells more.`,
  });

const states = (title: string, alarms: readonly AlarmBase[]): AlarmStatusWidget =>
  new AlarmStatusWidget({
    title,
    // 100 are the most that one such widget shows.
    alarms: alarms.slice(0, 100),
    width: wholeWidth,
    height: Math.min(6, 2 + Math.ceil(alarms.length / 4)),
  });

/** What stands until somebody acts: the alarms tell of it once. */
function standing({ installation: { name } }: OverviewProps): SingleValueWidget {
  const now = (figure: 'Parked' | 'Halted', label: string): IMetric =>
    installationMetric(name, figure).with({ label });
  return new SingleValueWidget({
    title: 'How many records are set aside and tables are halted: they wait for you',
    metrics: [now('Parked', 'records set aside'), now('Halted', 'tables halted')],
    width: wholeWidth,
    height: 3,
  });
}

function lag(props: OverviewProps): GraphWidget {
  const { alarms } = props.installation.configuration;
  return new GraphWidget({
    ...half,
    height: 9,
    title: 'How late is each server: the age of the oldest change it lacks, in seconds',
    left: linesOf(props, 'Lag'),
    leftYAxis: { min: 0, label: 'seconds', showUnits: false },
    leftAnnotations: [
      {
        value: alarms.lagMs / 1000,
        color: Color.RED,
        label: `alarm from here on (${showDuration(alarms.lagMs)})`,
      },
    ],
    legendPosition: LegendPosition.RIGHT,
  });
}

/** Two lines of one colour bound where a clock can be: the wider apart, the less is known. */
const clocks = (props: OverviewProps): GraphWidget =>
  new GraphWidget({
    ...half,
    height: 9,
    title: 'How wrong is the clock of each server: it lies between its two lines, 0 is right, in ms',
    left: [
      ...linesOf(props, 'OffsetLow', (server) => `${server} at least`),
      ...linesOf(props, 'OffsetHigh', (server) => `${server} at most`),
    ],
    leftYAxis: { label: 'ms', showUnits: false },
    leftAnnotations: [{ value: 0, color: Color.GREY, label: 'right' }],
    legendPosition: LegendPosition.RIGHT,
  });

const perServer = (title: string, figure: ServerFigure, props: OverviewProps): GraphWidget =>
  new GraphWidget({
    ...half,
    title,
    left: linesOf(props, figure),
    leftYAxis: { min: 0, showUnits: false },
    legendPosition: LegendPosition.RIGHT,
  });

function linesOf(
  { installation: { name, servers } }: OverviewProps,
  figure: ServerFigure,
  label: (server: string) => string = (server) => server,
): IMetric[] {
  return servers.map((server) => {
    return serverMetric(name, server.name, figure, {
      label: label(server.name),
      color: colourOf(server.turn),
    });
  });
}

const durations = ({ functions }: OverviewProps): GraphWidget =>
  new GraphWidget({
    ...half,
    title: 'How long the functions take at most, in ms (enumerate may take 15 minutes)',
    left: functions.map(({ name, lambda }) =>
      lambda.metricDuration({ label: name, statistic: Stats.MAXIMUM, period: span }),
    ),
    leftYAxis: { min: 0, showUnits: false },
  });

const errors = ({ functions }: OverviewProps): GraphWidget =>
  new GraphWidget({
    ...half,
    title: 'How often the functions failed, or AWS did not let them start',
    left: functions.flatMap(({ name, lambda }) => [
      lambda.metricErrors({ label: `${name} failed`, statistic: Stats.SUM, period: span }),
      lambda.metricThrottles({ label: `${name} not started`, statistic: Stats.SUM, period: span }),
    ]),
    leftYAxis: { min: 0, showUnits: false },
  });

const messages = ({ queues }: OverviewProps): GraphWidget =>
  new GraphWidget({
    ...half,
    title: 'How many batches stand in the queue of each server',
    left: [...queues].map(([server, { queue }]) =>
      queue.metricApproximateNumberOfMessagesVisible({
        label: server,
        statistic: Stats.MAXIMUM,
        period: span,
      }),
    ),
    leftYAxis: { min: 0, showUnits: false },
  });

const unreadable = (props: OverviewProps): GraphWidget =>
  new GraphWidget({
    ...half,
    title: 'How many messages nobody could read: they are not ours',
    left: [...props.queues].map(([server, { unreadable: queue }]) =>
      queue.metricApproximateNumberOfMessagesVisible({
        label: server,
        statistic: Stats.MAXIMUM,
        period: span,
      }),
    ),
    leftYAxis: { min: 0, showUnits: false },
  });
