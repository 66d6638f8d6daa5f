/** Graphs of the servers: a line for each, of the same colour everywhere, in units that people read. */
import { Duration } from 'aws-cdk-lib';
import {
  Color,
  GraphWidget,
  type IMetric,
  LegendPosition,
  MathExpression,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { showDuration } from '../src/config/duration.ts';
import type { ServerFigure } from '../src/config/figures.ts';
import { colourOf } from './colours.ts';
import type { InstalledServer, Installation } from './installation.ts';
import { everyMinute, installationMetric, serverMetric } from './metrics.ts';

const half = { width: 12, legendPosition: LegendPosition.RIGHT };
const third = { width: 8, height: 6 };
/** With all above it the first screen of 1280 by 900. */
const first = { ...half, height: 7 };
const second = { ...half, height: 8 };

export function lag(installation: Installation): GraphWidget {
  const { lagMs } = installation.configuration.alarms;
  return new GraphWidget({
    ...first,
    title: 'How late is each server: oldest change not there, or not read',
    left: installation.servers.map((server) => inUnit(installation, server, 'Lag', { divisor: 60 })),
    leftYAxis: { min: 0, label: 'minutes', showUnits: false },
    leftAnnotations: [alarmFrom(lagMs / 60_000, lagMs)],
  });
}

/** Each is 0 or 1: one upon the other they show how many are out of reach at once, and none hides another. */
export const outOfReach = (installation: Installation): GraphWidget =>
  new GraphWidget({
    ...second,
    title: 'Which server is out of reach or refuses the account',
    left: linesOf(installation, 'Unreachable'),
    stacked: true,
    leftYAxis: { min: 0, max: installation.servers.length, label: 'servers', showUnits: false },
  });

export const pending = (installation: Installation): GraphWidget =>
  new GraphWidget({
    ...second,
    title: 'How many records wait to be written to each server',
    left: linesOf(installation, 'Pending'),
    leftYAxis: { min: 0, label: 'records', showUnits: false },
  });

/** Two lines of one colour bound where a clock can be. */
export const clocks = (installation: Installation): GraphWidget =>
  new GraphWidget({
    ...first,
    title: 'Whose clock is wrong: it lies between the two lines',
    left: installation.servers.flatMap((server) => [
      inUnit(installation, server, 'OffsetLow', { divisor: 1000, bound: 'at least' }),
      inUnit(installation, server, 'OffsetHigh', { divisor: 1000, bound: 'at most' }),
    ]),
    leftYAxis: { label: 'seconds; lines wide apart: not measured lately', showUnits: false },
    leftAnnotations: [{ value: 0, color: Color.GREY, label: 'right' }],
  });

export function skew({ name, configuration: { alarms } }: Installation): GraphWidget {
  const seconds = new MathExpression({
    expression: 'skew/1000',
    usingMetrics: { skew: installationMetric(name, 'Skew') },
    label: 'between the two that differ most',
    period: everyMinute,
  });
  return new GraphWidget({
    ...third,
    title: 'How far apart are the clocks',
    left: [seconds],
    leftYAxis: { min: 0, label: 'seconds', showUnits: false },
    leftAnnotations: [alarmFrom(alarms.skewMs / 1000, alarms.skewMs)],
  });
}

export const parked = (installation: Installation): GraphWidget =>
  new GraphWidget({
    ...third,
    title: 'How many records are parked: set aside',
    left: linesOf(installation, 'Parked'),
    stacked: true,
    leftYAxis: { min: 0, label: 'records', showUnits: false },
  });

/** Summed over 5 minutes: a minute in which nothing is written would break the lines. */
export const written = ({ name, servers }: Installation): GraphWidget =>
  new GraphWidget({
    width: 24,
    height: 6,
    title: 'How many records are written to each server in 5 minutes',
    left: servers.map((server) =>
      serverMetric(name, server.name, 'Written', { label: server.name, color: colourOf(server.turn) }).with({
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      }),
    ),
    leftYAxis: { min: 0, label: 'records', showUnits: false },
  });

/** Of the servers that call. */
export const hints = ({ name, servers, configuration }: Installation): GraphWidget => {
  const called = servers.filter(({ turn }) => configuration.servers[turn]?.wake === 'webhook');
  const sums = { statistic: Stats.SUM, period: Duration.minutes(5) };
  const each = (figure: 'Hints' | 'MissedByHook', says: string) =>
    called.map((server) => {
      const look = { label: `${server.name} ${says}`, color: colourOf(server.turn) };
      return serverMetric(name, server.name, figure, look).with(sums);
    });
  return new GraphWidget({
    width: 24,
    height: 6,
    title: 'How often FileMaker called in 5 minutes, and how many changes came without a call',
    left: [
      ...each('Hints', 'called'),
      installationMetric(name, 'RefusedCalls').with({ label: 'calls refused', ...sums }),
    ],
    right: each('MissedByHook', 'came by the schedule'),
    leftYAxis: { min: 0, label: 'calls', showUnits: false },
    rightYAxis: { min: 0, label: 'changes', showUnits: false },
  });
};

export const halted = (installation: Installation): GraphWidget =>
  new GraphWidget({
    ...third,
    title: 'How many tables wait for your approval',
    left: linesOf(installation, 'Halted'),
    stacked: true,
    leftYAxis: { min: 0, max: mostHalted(installation), label: 'tables', showUnits: false },
  });

/** Every table on every server that has it. */
const mostHalted = ({ configuration: { tables } }: Installation): number =>
  tables.reduce((sum, { links }) => sum + links.length, 0);

const alarmFrom = (value: number, ms: number) => ({
  value,
  color: Color.RED,
  label: `alarm from here on (${showDuration(ms)})`,
});

const linesOf = ({ name, servers }: Installation, figure: ServerFigure): IMetric[] =>
  servers.map((server) =>
    serverMetric(name, server.name, figure, { label: server.name, color: colourOf(server.turn) }),
  );

type Unit = {
  readonly divisor: number;
  /** Which of two lines it is. */
  readonly bound?: 'at least' | 'at most';
};

function inUnit(
  { name }: Installation,
  server: InstalledServer,
  figure: ServerFigure,
  { divisor, bound }: Unit,
): IMetric {
  // Within a graph each needs a name of its own, that begins with a small letter.
  const id = `${figure === 'OffsetHigh' ? 'high' : 'value'}${server.turn}`;
  return new MathExpression({
    expression: `${id}/${divisor}`,
    usingMetrics: { [id]: serverMetric(name, server.name, figure) },
    label: bound === undefined ? server.name : `${server.name} ${bound}`,
    color: colourOf(server.turn),
    period: everyMinute,
  });
}
