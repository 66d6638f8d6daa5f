/** What tells people: alarms, where they go, and the dashboard. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { allOf, manyServers, office, resourcesOf, templateOf } from './support/synthesised.ts';

const template = templateOf({
  ...office,
  alarms: { email: 'ops@example.com', lag: '20 minutes', skew: '7 seconds' },
});

const alarmSchema = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
  Threshold: z.number().optional(),
  TreatMissingData: z.string().optional(),
  DatapointsToAlarm: z.number().optional(),
  EvaluationPeriods: z.number().optional(),
  Metrics: z
    .array(
      z.looseObject({
        Id: z.string(),
        Expression: z.string().optional(),
        MetricStat: z.unknown().optional(),
      }),
    )
    .default([]),
  ActionsSuppressor: z.unknown().optional(),
  ActionsSuppressorWaitPeriod: z.number().optional(),
  ActionsSuppressorExtensionPeriod: z.number().optional(),
  AlarmActions: z.array(z.unknown()).default([]),
});
const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
  allOf(template, type).map((alarm) => alarmSchema.parse(alarm)),
);

const alarmOf = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `ServerSync ${name}`);

describe('an alarm', () => {
  test.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))(
    '%s says what to do, and its text fits',
    (_, { AlarmDescription }) => {
      expect(AlarmDescription.length).toBeGreaterThan(100);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    },
  );

  test.each([
    ['server hq - lag', 'Lag', ['Installation', 'Server'], 1200, 'ignore'],
    ['server hq - unreachable', 'Unreachable', ['Installation', 'Server'], 1, 'ignore'],
    ['nobody measures', 'Measured', ['Installation'], 1, 'breaching'],
    ['clocks differ', 'Skew', ['Installation'], 7000, 'notBreaching'],
    ['a clock jumped', 'ClockSteps', ['Installation'], 1, 'notBreaching'],
    ['messages that nobody can read', 'UnreadableMessages', ['Installation'], 1, 'notBreaching'],
    ['something unusual', 'Unusual', ['Installation'], 1, 'notBreaching'],
    ['the account is nearly full of functions', 'ConcurrentExecutions', [], 800, 'notBreaching'],
    ['enumerate fails', 'Errors', ['FunctionName'], 1, 'notBreaching'],
    ['write is not let start', 'Throttles', ['FunctionName'], 1, 'notBreaching'],
    ['a schedule cannot start its function', 'InvocationDroppedCount', ['ScheduleGroup'], 1, 'notBreaching'],
  ])('on "%s" watches %s', (name, metric, dimensions, threshold, silence) => {
    const alarm = alarmOf(name);
    expect(alarm?.MetricName).toBe(metric);
    expect(alarm?.Dimensions.map(({ Name }) => Name)).toEqual(dimensions);
    expect(alarm?.Threshold).toBe(threshold);
    expect(alarm?.TreatMissingData).toBe(silence);
  });
});

test.each([
  ['a table is halted', 'Halted'],
  ['records are set aside', 'Parked'],
])(
  'the alarm "%s" is raised by each growth of the figure, and over by itself while the figure stays',
  (name, metric) => {
    const alarm = alarmOf(name);
    expect(alarm?.Metrics).toMatchObject([
      { Expression: 'DIFF(total)' },
      {
        Id: 'total',
        ReturnData: false,
        MetricStat: {
          Stat: 'Maximum',
          Period: 60,
          Metric: {
            Namespace: 'ServerSync',
            MetricName: metric,
            Dimensions: [{ Name: 'Installation', Value: 'ServerSync' }],
          },
        },
      },
    ]);
    expect(alarm?.Threshold).toBe(1);
    expect([alarm?.DatapointsToAlarm, alarm?.EvaluationPeriods]).toEqual([1, 5]);
    expect(alarm?.TreatMissingData).toBe('notBreaching');
  },
);

test('texts name commands with the stack, and log groups that there are', () => {
  expect(alarmOf('a table is halted')?.AlarmDescription).toContain(
    'serversync approve TABLE SERVER --stack ServerSync',
  );
  const named = alarms.flatMap(
    ({ AlarmDescription }) => AlarmDescription.match(/\/serversync\/\S*\w/g) ?? [],
  );
  const made = allOf(template, 'AWS::Logs::LogGroup').map(({ LogGroupName }) => String(LogGroupName));
  expect([...new Set(named)].toSorted()).toEqual(made.toSorted());
  expect(alarmOf('something unusual')?.AlarmDescription).toMatch(/a layout or a field/);
});

test('an outage is one message: that of the server, while its parts say nothing', () => {
  const silent = alarms.filter(({ AlarmActions }) => AlarmActions.length === 0);
  expect(silent.map(({ AlarmName }) => AlarmName).toSorted()).toEqual([
    'ServerSync server branch - lag',
    'ServerSync server branch - unreachable',
    'ServerSync server hq - lag',
    'ServerSync server hq - unreachable',
  ]);
  expect(JSON.stringify(alarmOf('server hq')?.['AlarmRule'])).toMatch(
    /ALARM.*ServerhqLag.*OR ALARM.*ServerhqUnreachable/s,
  );
});

test('silence calls no server late: neither before its first figures, nor while nobody measures, nor just after', () => {
  const parts = alarms.filter(({ AlarmName }) => / - (lag|unreachable)$/.test(AlarmName));
  expect(parts.map(({ TreatMissingData }) => TreatMissingData)).toEqual(parts.map(() => 'ignore'));
  expect(alarmOf('nobody measures')?.TreatMissingData).toBe('breaching');
  for (const server of ['hq', 'branch'])
    expect(alarmOf(`server ${server}`)).toMatchObject({
      ActionsSuppressor: { 'Fn::GetAtt': [expect.stringMatching(/^AlarmsNoMeasurement/), 'Arn'] },
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 600,
    });
});

test('alarms can reach the topic: its policy and that of its key let CloudWatch in, of this account only', () => {
  const fromHere = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
  const cloudWatch = { Service: 'cloudwatch.amazonaws.com' };
  template.hasResourceProperties('AWS::KMS::Key', {
    EnableKeyRotation: true,
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Principal: cloudWatch,
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Condition: fromHere,
        }),
      ]),
    },
  });
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Principal: cloudWatch, Action: 'sns:Publish', Condition: fromHere }),
      ]),
    },
  });
  template.hasResourceProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NoticesKey'), 'Arn'] },
  });
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'ops@example.com',
  });
});

/** The body is text with references in it: these do not matter here. */
const dashboardSchema = z.object({
  DashboardBody: z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }),
});
const widgetSchema = z.object({
  type: z.string(),
  properties: z.looseObject({
    title: z.string().optional(),
    markdown: z.string().optional(),
    metrics: z.array(z.array(z.unknown())).default([]),
    annotations: z.unknown().optional(),
  }),
});

function widgets(of = template): readonly z.output<typeof widgetSchema>[] {
  const [dashboard] = allOf(of, 'AWS::CloudWatch::Dashboard');
  const [by, parts] = dashboardSchema.parse(dashboard).DashboardBody['Fn::Join'];
  const body = parts.map((part) => (typeof part === 'string' ? part : 'reference')).join(by);
  return z.object({ widgets: z.array(widgetSchema) }).parse(JSON.parse(body)).widgets;
}

describe('the dashboard', () => {
  test('starts with how to read it, then says which server, then what waits, then how late', () => {
    const [text, states, standing, lag, clocks] = widgets();
    expect(text?.properties.markdown).toContain('Which server is behind?');
    expect(states?.properties.title).toBe('Which server needs a look: a red box');
    expect(standing?.properties.metrics.map((metric) => metric.slice(0, 4))).toEqual(
      ['Parked', 'Halted'].map((figure) => ['ServerSync', figure, 'Installation', 'ServerSync']),
    );
    expect(lag?.properties.title).toContain('How late is each server');
    expect(clocks?.properties.title).toContain('How wrong is the clock of each server');
  });

  test('has a line of lag for each server and the threshold, and two lines for each clock', () => {
    const [, , , lag, clocks] = widgets();
    expect(lag?.properties.metrics.map((metric) => metric.slice(0, 6))).toEqual(
      ['hq', 'branch'].map((server) => ['ServerSync', 'Lag', 'Installation', 'ServerSync', 'Server', server]),
    );
    expect(JSON.stringify(lag?.properties.annotations)).toContain('"value":1200');
    expect(clocks?.properties.metrics.map(([, figure]) => figure)).toEqual([
      'OffsetLow',
      'OffsetLow',
      'OffsetHigh',
      'OffsetHigh',
    ]);
  });

  test('gives each of 56 servers, the most that fit, a colour of its own', () => {
    const [, , , lag] = widgets(templateOf(manyServers(56)));
    const colours = (lag?.properties.metrics ?? []).map((metric) => JSON.stringify(metric.at(-1)));
    const found = colours.flatMap((look) => /"color":"#[0-9a-f]{6}"/.exec(look) ?? []);
    expect(found).toHaveLength(56);
    expect(new Set(found).size).toBe(56);
  });

  test('titles every widget with words that need no glossary', () => {
    const titles = widgets()
      .slice(1)
      .map(({ properties }) => properties.title ?? '');
    expect(titles.filter((title) => !/^(How|Which|What) /.test(title))).toEqual([]);
  });

  test('is found by the link of the stack', () => {
    expect(JSON.stringify(template.findOutputs('Dashboard'))).toContain('#dashboards/dashboard/ServerSync');
    expect(
      Object.values(resourcesOf(template)).some(
        ({ Properties }) => Properties['DashboardName'] === 'ServerSync',
      ),
    ).toBe(true);
  });
});
